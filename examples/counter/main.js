export function visit() {
  return state.increment('circle/visits');
}
