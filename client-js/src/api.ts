// Made from openrpc.json by "npm run generate".

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A secp256k1 key: 33 or 65 bytes in hex (with or without 0x) or base64. What the server writes is 33 bytes in lower-case hex. */
export type PublicKey = string;

/** Hex or base64: 64 bytes r and s over SHA-256 of the nonce; 65 bytes r, s and v over its EIP-191 digest; anything else DER over SHA-256. */
export type Signature = string;

export interface Credentials {
  pubkey: PublicKey;
  signature: Signature;
}

export interface Nonce {
  /** The text to sign */
  nonce: string;
  /** Seconds since 1970 */
  expires_at: number;
  /** The circle key's signature over SHA-256 of 'circles proof v1', a line feed, and the nonce */
  proof: string;
}

export interface Authenticated {
  authenticated: boolean;
}

export interface Whoami {
  authenticated: boolean;
  pubkey: string | null;
  circle: PublicKey;
  roles: string[];
  capabilities: ('play' | 'call' | 'read' | 'write' | 'http' | 'sign' | 'relay' | 'admin')[];
  /** Seconds since 1970 */
  expires_at: number | null;
}

export interface Played {
  /** The completion value as text */
  output: string;
  /** The completion value as JSON */
  value: Json;
  logs: LogLine[];
  usage: Usage;
}

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
}

export interface Usage {
  wall_ms: number;
  cpu_ms: number;
  allocated_bytes: number;
}

export interface Subscribed {
  /** Its id on this connection */
  subscription: string;
  /** Number of the circle's last event */
  seq: number;
  /** Whether something after `after` is not kept any more */
  gap: boolean;
}

export interface Unsubscribed {
  /** False when there was none of that id */
  unsubscribed: boolean;
}

export interface Listening {
  /** Always true */
  listening: boolean;
}

export interface Accepted {
  /** False when it has ended already, or the key has none of that id */
  accepted: boolean;
}

/** An event of a webhook that came */
export interface WebhookEvent {
  /** The circle's own, in the order in which they came */
  number: number;
  /** By its name in the configuration */
  provider: string;
  /** Names it among those of its provider */
  id: string;
  /** What happened; empty where the provider does not say */
  type: string;
  /** dead: its handler failed too often; unhandled: the circle has no handler for it */
  state: 'waiting' | 'done' | 'dead' | 'unhandled';
  /** When it happened, where the provider says so, in seconds since 1970 */
  created_at: number;
  /** When it came, in seconds since 1970 */
  received_at: number;
  /** How often its handler has failed */
  failures: number;
  /** When it is tried again, in seconds since 1970; null unless it waits for that */
  next_at: number | null;
  /** What went wrong the last time */
  error: string | null;
}

export interface Listed {
  events: WebhookEvent[];
  /** Whether there are older ones */
  more: boolean;
}

export interface Shown {
  event: WebhookEvent;
  /** Those of the request that the circle's functions are given */
  headers: Json;
  /** The body */
  payload: Json;
}

export interface Replayed {
  /** False when there is no such event, or it is neither dead nor unhandled */
  replayed: boolean;
}

export interface Discarded {
  /** False when there is no such event */
  discarded: boolean;
}

export interface Cancelled {
  cancelled: boolean;
}

/** A UUID */
export type GroupId = string;

/** A UUID */
export type SessionId = string;

export type SessionKind = 'keygen' | 'sign';

export type PartyNumber = number;

export interface Parameters {
  /** How many shares the key has */
  parties: number;
  /** One less than how many parties sign together; less than parties */
  threshold: number;
}

export interface Group {
  label: string;
  params: Parameters;
  uuid: string;
}

export interface Session {
  kind: 'keygen' | 'sign';
  uuid: string;
  /** Any JSON value */
  value: Json;
  /** Null when every member may take a seat */
  participants: PublicKey[] | null;
}

export interface Message {
  round: number;
  /** The sender's own number */
  sender: number;
  /** A number in a session of the kind keygen, an index in one of the kind sign; null for all others */
  receiver: number | null;
  /** The sender's own name for it */
  uuid: string;
  /** Any JSON value */
  body: Json;
}

export interface Acknowledged {
  /** Always true: what is not accepted is an error */
  accepted: boolean;
}

/** Asks for a text to sign */
export interface FetchNonceParams {
  /** The key that will sign */
  pubkey: PublicKey;
  /** A text of the client's own, which the nonce repeats */
  challenge?: string | undefined;
}

/** Answers the last nonce of this connection */
export interface AuthenticateParams {
  pubkey?: PublicKey | undefined;
  signature?: Signature | undefined;
  /** Both in one object; by position it may be the only param */
  credentials?: Credentials | undefined;
}

/** Who the connection has proven to be, and what it may do */
export type WhoamiParams = { [name: string]: never };

/** Runs a script */
export interface PlayParams {
  /** JavaScript */
  script: string;
  /** Any JSON value: the global args of the script */
  args?: Json | undefined;
  /** How long the script may run, in milliseconds; the circle's own limit holds all the same */
  timeout_ms?: number | undefined;
  /** The same request sent again with the same key runs once and gets the same result */
  idempotency_key?: string | undefined;
}

/** Calls a function of the circle */
export interface CallParams {
  /** The export's name */
  function: string;
  /** Any JSON value: the function's only argument */
  args?: Json | undefined;
  /** How long the function may run, in milliseconds; the circle's own limit holds all the same */
  timeout_ms?: number | undefined;
  /** The same request sent again with the same key runs once and gets the same result */
  idempotency_key?: string | undefined;
}

/** Asks for the events of a topic */
export interface SubscribeParams {
  /** * stands for any run of characters, dots included */
  topic: string;
  /** The seq of the last event that the client has */
  after?: number | undefined;
}

/** Ends a subscription of this connection */
export interface UnsubscribeParams {
  /** Its id */
  subscription: string;
}

/** Ends a request of this connection that is in flight */
export interface CancelParams {
  /** The request's id */
  id: string | number;
}

/** Asks for the requests to sign of the session's key */
export type SignListenParams = { [name: string]: never };

/** Answers a request to sign with a signature */
export interface SignRespondParams {
  /** Of the request */
  id: string;
  /** 64 bytes (r and s) or DER, in hex or base64 */
  signature: string;
}

/** Answers a request to sign with no */
export interface SignRejectParams {
  /** Of the request */
  id: string;
  /** For whoever asked */
  reason?: string | undefined;
}

/** Makes a group of parties that share a key */
export interface GroupCreateParams {
  /** For people, at most 256 characters */
  label: string;
  /** How many parties there are */
  parameters: Parameters;
}

/** Makes the caller a member of a group, or brings it back */
export interface GroupJoinParams {
  /** The group */
  group_id: GroupId;
  /** The seq of the last event that the caller has: all later ones are sent again. Without it those are sent that are not known to have arrived */
  after?: number | undefined;
}

/** Makes a session, in which nobody has a seat yet */
export interface SessionCreateParams {
  /** The group */
  group_id: GroupId;
  /** What it is for */
  kind: SessionKind;
  /** Any JSON value, for those who join */
  value?: Json | undefined;
  /** Keys; when they are given nobody else can take a seat */
  participants?: PublicKey[] | undefined;
}

/** Looks at a session */
export interface SessionJoinParams {
  /** The group */
  group_id: GroupId;
  /** The session */
  session_id: SessionId;
  /** Must be the session's own */
  kind: SessionKind;
}

/** Takes the next seat of a session */
export interface SessionSignupParams {
  /** The group */
  group_id: GroupId;
  /** The session */
  session_id: SessionId;
  /** Must be the session's own */
  kind: SessionKind;
}

/** Takes the seat of a certain number */
export interface SessionLoadParams {
  /** The group */
  group_id: GroupId;
  /** The session */
  session_id: SessionId;
  /** Must be the session's own */
  kind: SessionKind;
  /** Of the party */
  number: number;
}

/** Says by which index messages call the caller's seat */
export interface SessionParticipantParams {
  /** The group */
  group_id: GroupId;
  /** The session */
  session_id: SessionId;
  /** Of the signing protocol */
  index: number;
  /** The caller's own */
  number: number;
}

/** Sends a message to the other parties, or to one */
export interface SessionMessageParams {
  /** The group */
  group_id: GroupId;
  /** The session */
  session_id: SessionId;
  /** Must be the session's own */
  kind: SessionKind;
  /** What to send */
  message: Message;
}

/** Says that the caller is done */
export interface SessionFinishParams {
  /** The group */
  group_id: GroupId;
  /** The session */
  session_id: SessionId;
  /** The caller's own */
  number: number;
}

/** Ends a session for everybody */
export interface SessionAbortParams {
  /** The group */
  group_id: GroupId;
  /** The session */
  session_id: SessionId;
  /** For people, at most 1,000 characters */
  reason: string;
  /** Numbers of the parties that are to blame */
  accused?: number[] | undefined;
}

/** Tells which events of webhooks are kept */
export interface WebhookListParams {
  /** Only those of this one, by its name in the configuration */
  provider?: string | undefined;
  /** Only those in this state */
  state?: 'waiting' | 'done' | 'dead' | 'unhandled' | undefined;
  /** Only those with a smaller number: the rest of a list */
  before?: number | undefined;
  /** At most so many; 50 by default */
  limit?: number | undefined;
}

/** Tells what an event of a webhook says */
export interface WebhookShowParams {
  /** The circle's own of the event */
  number: number;
}

/** Has an event of a webhook handled that was given up or had no handler */
export interface WebhookReplayParams {
  /** The circle's own of the event */
  number: number;
}

/** Drops an event of a webhook */
export interface WebhookDiscardParams {
  /** The circle's own of the event */
  number: number;
}

/** Forgets who the connection has proven to be */
export type LogoutParams = { [name: string]: never };

/** This document */
export type RpcDiscoverParams = { [name: string]: never };

/** Event: what a script has published to a topic that the client subscribed to */
export interface PublishedEvent {
  subscription: string;
  topic: string;
  /** Any JSON value */
  data: Json;
  /** Its number in the circle, in the order of the commits */
  seq: number;
  /** seq of the subscription's event before it; for the first after, or the seq of subscribe's result. Anything else than what the client saw last means that some are missing */
  prev: number;
}

/** Event: the session ran out, and the connection is anonymous from now on */
export interface SessionExpiredEvent {
  pubkey: PublicKey;
  /** Seconds since 1970 */
  expired_at: number;
}

/** Event: no new requests are taken, those in flight are finished */
export interface ServerDrainingEvent {
  /** After this many milliseconds the connection is closed */
  deadline_ms: number;
}

/** Event: somebody asks the session's key to sign */
export interface SignRequestEvent {
  id: string;
  /** The bytes to sign, in base64 */
  message: string;
  /** What the message is */
  content_type: string;
  /** What to show to whoever decides */
  display: string;
  /** Who asks: a key in hex, or a word for somebody without one */
  requester: string;
  /** Seconds since 1970 */
  expires_at: number;
  /** What is signed: SHA-256 of the message, or the tagged digest of docs/concepts/signing.md */
  digest: 'sha256' | 'tagged';
}

/** Event: a request that was shown has ended without this connection */
export interface SignClosedEvent {
  id: string;
  state: 'approved' | 'rejected' | 'expired' | 'cancelled' | 'failed';
}

/** Event: somebody else has made a session of the kind keygen */
export interface RelaySessionCreateEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes */
  seq: number;
  session: Session;
}

/** Event: all seats of a session are taken, the last one by Session.signup */
export interface RelaySessionSignupEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes */
  seq: number;
  /** Their numbers, sorted */
  parties: number[];
}

/** Event: all seats of a session are taken, the last one by Session.load */
export interface RelaySessionLoadEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes */
  seq: number;
  /** Their numbers, sorted */
  parties: number[];
}

/** Event: a party has sent something */
export interface RelaySessionMessageEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes */
  seq: number;
  message: Message;
}

/** Event: all parties of a session are done */
export interface RelaySessionClosedEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes */
  seq: number;
  /** Their numbers, sorted */
  parties: number[];
}

/** Event: a session has failed */
export interface RelaySessionAbortedEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes; that of the last event once more where the node that has the session is gone */
  seq: number;
  /** For people, such as that the node that has the session is gone */
  reason: string;
  /** The party that gave it up; null for the circle, and for a creator without a seat */
  by?: number | null | undefined;
  /** Who is to blame, as that party says */
  accused: number[];
  /** Parties that did not come back in time */
  missing: number[];
}

/** Event: nobody has done anything in a session for too long */
export interface RelaySessionExpiredEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes */
  seq: number;
  /** Parties that were not done; empty when seats were open */
  missing: number[];
  /** Seats that nobody had taken */
  open_seats: number;
}

/** Event: another party of a session has lost its connection, or is back */
export interface RelayPartyPresenceEvent {
  group_id: GroupId;
  session_id: SessionId;
  /** Its number among those that this member gets from this group, from 1 without holes */
  seq: number;
  /** The party */
  number: number;
  present: boolean;
  /** Until when it can come back, in seconds since 1970; null when it is there */
  grace_until?: number | null | undefined;
}

/** What can be called: params by name, and the result. */
export interface Methods {
  'fetch_nonce': { params: FetchNonceParams; result: Nonce };
  'authenticate': { params: AuthenticateParams; result: Authenticated };
  'whoami': { params: WhoamiParams; result: Whoami };
  'play': { params: PlayParams; result: Played };
  'call': { params: CallParams; result: Played };
  'subscribe': { params: SubscribeParams; result: Subscribed };
  'unsubscribe': { params: UnsubscribeParams; result: Unsubscribed };
  'cancel': { params: CancelParams; result: Cancelled };
  'sign_listen': { params: SignListenParams; result: Listening };
  'sign_respond': { params: SignRespondParams; result: Accepted };
  'sign_reject': { params: SignRejectParams; result: Accepted };
  'Group.create': { params: GroupCreateParams; result: GroupId };
  'Group.join': { params: GroupJoinParams; result: Group };
  'Session.create': { params: SessionCreateParams; result: Session };
  'Session.join': { params: SessionJoinParams; result: Session };
  'Session.signup': { params: SessionSignupParams; result: PartyNumber };
  'Session.load': { params: SessionLoadParams; result: PartyNumber };
  'Session.participant': { params: SessionParticipantParams; result: Acknowledged };
  'Session.message': { params: SessionMessageParams; result: Acknowledged };
  'Session.finish': { params: SessionFinishParams; result: Acknowledged };
  'Session.abort': { params: SessionAbortParams; result: Acknowledged };
  'webhook_list': { params: WebhookListParams; result: Listed };
  'webhook_show': { params: WebhookShowParams; result: Shown };
  'webhook_replay': { params: WebhookReplayParams; result: Replayed };
  'webhook_discard': { params: WebhookDiscardParams; result: Discarded };
  'logout': { params: LogoutParams; result: Authenticated };
  'rpc.discover': { params: RpcDiscoverParams; result: { [name: string]: Json } };
}

/** What the server sends unasked. */
export interface Events {
  'event': PublishedEvent;
  'session_expired': SessionExpiredEvent;
  'server_draining': ServerDrainingEvent;
  'sign_request': SignRequestEvent;
  'sign_closed': SignClosedEvent;
  'sessionCreate': RelaySessionCreateEvent;
  'sessionSignup': RelaySessionSignupEvent;
  'sessionLoad': RelaySessionLoadEvent;
  'sessionMessage': RelaySessionMessageEvent;
  'sessionClosed': RelaySessionClosedEvent;
  'sessionAborted': RelaySessionAbortedEvent;
  'sessionExpired': RelaySessionExpiredEvent;
  'partyPresence': RelayPartyPresenceEvent;
}

/** The stable names of errors. */
export type ErrorKind =
  | 'script_error'
  | 'authentication_required'
  | 'invalid_credentials'
  | 'forbidden'
  | 'session_expired'
  | 'too_many_subscriptions'
  | 'request_too_big'
  | 'response_too_big'
  | 'busy'
  | 'batch_too_big'
  | 'batch_response_too_big'
  | 'script_timeout'
  | 'cpu'
  | 'memory'
  | 'statements'
  | 'stack'
  | 'source'
  | 'arguments'
  | 'output'
  | 'state'
  | 'http'
  | 'effects'
  | 'no_worker'
  | 'worker_lost'
  | 'cancelled'
  | 'conflict'
  | 'idempotency_mismatch'
  | 'no_such_function'
  | 'state_unavailable'
  | 'invalid_signature'
  | 'relay_not_found'
  | 'relay_not_member'
  | 'relay_full'
  | 'relay_bad_party'
  | 'relay_bad_receiver'
  | 'relay_bad_parameters'
  | 'relay_aborted';
