// What scripts and functions find in a circle, besides JavaScript itself. Editors load it with
//   /// <reference path="./circles.d.ts" />
// A test holds this file to the implementation, name by name.

/** A value that has a form in JSON. */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Bytes, or a text that stands for its UTF-8. */
type Data = string | ArrayBuffer | ArrayBufferView;

/** A key or signature: hex or base64, or its bytes. */
type Encoded = string | ArrayBuffer | ArrayBufferView;

/** The circle that the code runs in. */
declare const circle: {
  /** The circle's key: 66 lower-case hex digits. */
  readonly publicKey: string;
  /** Its name in circles.json. */
  readonly name: string;
  /**
   * Calls an exported function of the circle's module with the circle's rights, in this run's
   * transaction and limits. What it throws can be caught, and what it wrote is taken back then.
   * Functions call each other at most 8 deep; handlers (`onStart`...) cannot be called.
   */
  call(name: string, args?: Json): any;
};

/** Who the run is for. */
declare const caller: {
  /** The proven key: 66 lower-case hex digits; null if nobody has proven one. */
  readonly publicKey: string | null;
  /** How the caller is known. */
  readonly kind: 'anonymous' | 'key' | 'webhook' | 'circle';
  /** How this code came to run: by a caller's script, a call, the server's start, an event from outside. */
  readonly via: 'play' | 'call' | 'start' | 'webhook' | 'signed';
  /** The rank (`anonymous`, `authenticated`, `member`, `owner`), and the roles that circles.json gives a member. */
  readonly roles: readonly string[];
  /** Whether the caller, not this code, has a capability: `play`, `call`, `read`, `write`, `http`, `sign`, `relay`, `admin`. */
  can(capability: string): boolean;
};

/** The arguments of a play; a function gets them as its only parameter instead. */
declare const args: any;

/**
 * The circle's state: JSON values by keys of 1 to 512 bytes. A run sees one snapshot and its own
 * writes; the writes are kept when it ends well and nothing that it read has changed meanwhile
 * (it is run again otherwise). Keys that begin with `circle/` belong to the circle's own functions.
 * Reading needs the capability `read`, writing `write`.
 */
declare const state: {
  /** The value of a key; undefined if there is none. */
  get(key: string): any;
  /** Gives a key a value. */
  set(key: string, value: Json): void;
  /** Takes a key away, and says whether it was there. */
  delete(key: string): boolean;
  /**
   * The next entries whose key begins with `prefix`, in the order of the keys' code points.
   * `limit` is from 1 to 1,000 (100 if not given). `cursor` is there when more may follow: give it as `after`.
   */
  list(options?: { prefix?: string; after?: string; limit?: number }): {
    entries: { key: string; value: any }[];
    cursor?: string;
  };
  /** Adds to a number, 0 if there is none yet, and gives the sum. */
  increment(key: string, by?: number): number;
};

/** Events for those who subscribed. Needs the capability `write`. */
declare const events: {
  /** Tells the subscribers of a topic (1 to 256 characters), after the run has been committed. */
  publish(topic: string, data?: Json): void;
};

/** Requests to other machines: only to hosts that circles.json allows (`http.allow`). Needs the capability `http`. */
declare const http: {
  /** Sends a request. Rejects with a TypeError when there is no answer; any status is an answer. */
  fetch(url: string, options?: {
    method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    headers?: { [name: string]: string };
    body?: Data;
  }): Promise<HttpResponse>;
};

interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  readonly redirected: boolean;
  /** Whether the status is from 200 to 299. */
  readonly ok: boolean;
  readonly headers: {
    /** All values of that name, joined by commas; null if there is none. */
    get(name: string): string | null;
    has(name: string): boolean;
    entries(): [string, string][];
  };
  text(): Promise<string>;
  json(): Promise<any>;
  bytes(): Promise<Uint8Array>;
}

/** Hashes, signatures of secp256k1, randomness. */
declare const crypto: {
  sha256(message: Data): Uint8Array;
  /** Keccak-256 as Ethereum uses it. */
  keccak256(message: Data): Uint8Array;
  /** HMAC with SHA-256. */
  hmac(key: Data, message: Data): Uint8Array;
  /** Whether the key signed the SHA-256 of the message (with a signature of 65 bytes: its EIP-191 digest). */
  verify(publicKey: Encoded, signature: Encoded, message: Data): boolean;
  /** Whether the key signed this digest of 32 bytes. */
  verifyDigest(publicKey: Encoded, signature: Encoded, digest: Data): boolean;
  /** The key whose `personal_sign` over the message this is; undefined if it is no key's. */
  recover(signature: Encoded, message: Data): string | undefined;
  /** The key that signed this digest of 32 bytes; undefined if it is no key's. */
  recoverDigest(signature: Encoded, digest: Data): string | undefined;
  /** Random bytes, at most 65,536. */
  random(length: number): Uint8Array;
  /** A random UUID, version 4. */
  uuid(): string;
};

/** What somebody is asked to sign. */
interface SignOptions {
  /** What is signed: 1 to 65,536 bytes, which do not begin with `circles `. */
  message: Data;
  /** What to show to whoever decides: 1 to 1,000 characters. */
  display: string;
  /** After how many milliseconds the request ends by itself: 1,000 to 604,800,000 (a week); a day if not given. */
  ttl?: number;
  /**
   * What the message is: 1 to 100 printable ASCII characters. If not given, `text/plain` for a string and
   * `application/octet-stream` for bytes.
   */
  contentType?: string;
  /**
   * What of it is signed: `sha256`, the SHA-256 of the message alone, or `tagged` (if not given), a digest over the
   * circle, the requester, content type and display too: such a signature is good for nothing else.
   */
  digest?: 'tagged' | 'sha256';
}

/**
 * Requests to sign, to the holders of keys. They are sent after the run has been committed, and wait for a device that
 * listens for the key. When one has ended, the handler `onSigned` of the circle's module gets a `SignedEvent`.
 * Needs the capability `sign`.
 */
declare const sign: {
  /** Asks the holder of a key, and returns the request's id: a UUID. */
  request(options: { key: Encoded } & SignOptions): string;
  /** Asks the holders of 1 to 100 keys: `threshold` of them have to sign. */
  collect(options: { keys: Encoded[]; threshold: number } & SignOptions): string;
  /** Withdraws a request of this circle, whoever made it; nothing happens if it has ended. */
  cancel(id: string): void;
};

/** What the exported function `onSigned(event)` is given, once for each request that has ended. */
interface SignedEvent {
  /** What `sign.request` or `sign.collect` returned. */
  readonly id: string;
  /**
   * `approved`: as many have signed as had to. `rejected`: somebody said no, and those who are left are too few.
   * `expired`: the time was over. `cancelled`: it was withdrawn. `failed`: as `reason` says.
   */
  readonly state: 'approved' | 'rejected' | 'expired' | 'cancelled' | 'failed';
  /** The keys that were asked: 66 lower-case hex digits each. */
  readonly keys: readonly string[];
  /** How many of them had to sign; 1 for `sign.request`. */
  readonly threshold: number;
  /**
   * Who has signed, in the order of the answers, whatever the state. A signature is r and s as 128 hex digits, with a
   * low s; the server has verified it.
   */
  readonly signatures: readonly { readonly key: string; readonly signature: string }[];
  /** Who will not sign: whoever said no (`rejected`), and whose device gave a wrong answer (`failed`). */
  readonly refusals: readonly {
    readonly key: string;
    readonly state: 'rejected' | 'failed';
    readonly reason: string | null;
  }[];
  /** Why it failed; null in any other state. */
  readonly reason: string | null;
  /** The bytes that were to be signed, in base64. */
  readonly message: string;
  readonly contentType: string;
  readonly display: string;
  readonly digest: 'tagged' | 'sha256';
  /** Who asked: the key of the caller for whom the run was, or the circle's own key if that caller had none. */
  readonly requester: string;
  /** When it was asked and when it ended, in milliseconds since 1970. */
  readonly requestedAt: number;
  readonly endedAt: number;
}

/**
 * What the exported function `onWebhook(event)`, or the one that a route in circles.json names, is given: once for each
 * event. Of Stripe's events about payments `WebhookEvent<StripeCheckoutEvent>` and `WebhookEvent<StripePaymentEvent>`
 * know the payload, of iDenfy's results `WebhookEvent<IdenfyResult>`.
 */
interface WebhookEvent<Payload = any> {
  /** Names the event among those of its provider; the body's SHA-256 where it has no id. */
  readonly id: string;
  /** Who sent it, by the name in circles.json. */
  readonly provider: string;
  /** What happened, such as `invoice.paid` or `APPROVED`; empty where the provider does not say. */
  readonly type: string;
  /** When it happened, where the provider says so, or else when it came, in milliseconds since 1970. */
  readonly created: number;
  /** 1, and more after a run that failed. */
  readonly attempt: number;
  /** The request's headers by their names in lower case, without signatures and log-ins. Nobody has signed them. */
  readonly headers: { readonly [name: string]: string };
  /** The body. */
  readonly payload: Payload;
}

/** An event of Stripe, as far as all have it in common. */
interface StripeEvent<Type extends string = string, Subject = any> {
  readonly id: string;
  readonly object: 'event';
  readonly type: Type;
  /** In seconds since 1970. */
  readonly created: number;
  /** False for events of test keys. */
  readonly livemode: boolean;
  readonly api_version: string | null;
  readonly data: { readonly object: Subject; readonly previous_attributes?: any };
}

/** What Stripe says of a checkout, in part. */
interface StripeCheckoutSession {
  readonly id: string;
  readonly object: 'checkout.session';
  /** In the currency's smallest unit. */
  readonly amount_total: number | null;
  readonly amount_subtotal: number | null;
  /** Three letters, lower-case. */
  readonly currency: string | null;
  /** What the maker of the checkout set, such as a key. */
  readonly client_reference_id: string | null;
  readonly customer: string | null;
  readonly customer_details: { readonly email: string | null; readonly name: string | null } | null;
  readonly metadata: { readonly [name: string]: string } | null;
  readonly mode: 'payment' | 'setup' | 'subscription';
  readonly payment_intent: string | null;
  readonly payment_status: 'paid' | 'unpaid' | 'no_payment_required';
  readonly status: 'open' | 'complete' | 'expired' | null;
  readonly subscription: string | null;
}

/** A checkout of Stripe has changed. */
type StripeCheckoutEvent = StripeEvent<
  | 'checkout.session.completed'
  | 'checkout.session.async_payment_succeeded'
  | 'checkout.session.async_payment_failed'
  | 'checkout.session.expired',
  StripeCheckoutSession
>;

/** What Stripe says of a payment, in part. */
interface StripePaymentIntent {
  readonly id: string;
  readonly object: 'payment_intent';
  /** In the currency's smallest unit, as `amount_received`. */
  readonly amount: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly latest_charge: string | null;
  readonly last_payment_error: { readonly code?: string; readonly message?: string } | null;
  readonly metadata: { readonly [name: string]: string };
  readonly status:
    | 'requires_payment_method'
    | 'requires_confirmation'
    | 'requires_action'
    | 'processing'
    | 'requires_capture'
    | 'canceled'
    | 'succeeded';
}

/** A payment of Stripe has changed. */
type StripePaymentEvent = StripeEvent<
  | 'payment_intent.created'
  | 'payment_intent.processing'
  | 'payment_intent.requires_action'
  | 'payment_intent.amount_capturable_updated'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'payment_intent.succeeded',
  StripePaymentIntent
>;

/** A result of iDenfy, in part; the event's `type` is `status.overall`. */
interface IdenfyResult {
  /** Whether no other result will come for this verification. */
  readonly final: boolean | null;
  readonly platform: string;
  readonly status: {
    readonly overall: 'APPROVED' | 'DENIED' | 'SUSPECTED' | 'REVIEWING' | 'EXPIRED' | 'ACTIVE' | 'DELETED' | 'ARCHIVED';
    readonly suspicionReasons?: readonly string[];
    readonly denyReasons?: readonly string[];
    readonly fraudTags?: readonly string[];
    readonly mismatchTags?: readonly string[];
    readonly autoFace?: string | null;
    readonly manualFace?: string | null;
    readonly autoDocument?: string | null;
    readonly manualDocument?: string | null;
  };
  /** Names the verification. */
  readonly scanRef: string;
  /** What the maker of the verification set, such as a key. */
  readonly clientId: string;
  readonly externalRef?: string | null;
  /** What was read in the document, such as `docFirstName`; names of people and more, so keep what you need only. */
  readonly data?: { readonly [name: string]: any };
  readonly fileUrls?: { readonly [name: string]: string };
  /** In seconds since 1970. */
  readonly startTime?: number;
  readonly finishTime?: number;
}

/** Hexadecimal digits, lower-case. */
declare const hex: {
  encode(value: Data): string;
  decode(hex: string): Uint8Array;
};

/** Base64 with padding (RFC 4648, section 4). */
declare const base64: {
  encode(value: Data): string;
  decode(base64: string): Uint8Array;
};

/** UTF-8. */
declare const utf8: {
  encode(text: string): Uint8Array;
  /** Fails for bytes that are no UTF-8. */
  decode(bytes: ArrayBuffer | ArrayBufferView): string;
};

/** What circles.json names under `secrets`; for the circle's own functions only. */
declare const secrets: {
  /** The secret's value; undefined if there is none of that name. */
  get(name: string): string | undefined;
};

/**
 * Lines that are returned with the result, those of functions to operators only, and that the server logs. Secrets are
 * left out of them.
 */
declare const console: {
  log(...values: any[]): void;
  info(...values: any[]): void;
  debug(...values: any[]): void;
  warn(...values: any[]): void;
  error(...values: any[]): void;
};

/** Calls a function later, within the run: timers that are pending when the run ends are dropped. At most 1,000 are pending. */
declare function setTimeout(callback: (...args: any[]) => void, milliseconds?: number, ...args: any[]): number;

/** Takes a timer back. */
declare function clearTimeout(timer: number | undefined): void;

/** The circle's key. */
declare const CIRCLE_PUBLIC_KEY: string;
/** The circle's key: the name that the original gave it. */
declare const CONTEXT_ID: string;
/** The caller's key; null if nobody has proven one. */
declare const CALLER_PUBLIC_KEY: string | null;
/** The caller's key: the name that the original gave it. */
declare const CALLER_ID: string | null;
