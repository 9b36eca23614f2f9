import type { Json } from './api.js';

/** A message of the circle that asks nothing. */
export interface Notification {
  readonly method: string;
  readonly params: { readonly [name: string]: Json };
  /** In characters, as it came. */
  readonly length: number;
}

export type JsonObject = { [name: string]: Json };

export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

/** @returns undefined when the text is no JSON, or no object */
export function parsed(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

export function failure({ code, message, data }: JsonObject): { code: number; message: string; data: JsonObject } {
  return { code: Number(code), message: String(message), data: asObject(data) ?? {} };
}
