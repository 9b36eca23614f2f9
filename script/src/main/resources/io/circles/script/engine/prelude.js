// What every run has before its script, and what turns the script's last value into text.
//
// Evaluates to a function that Java calls once per context. Everything that is needed after the
// script has run is taken hold of here, before a script can replace it: nothing below looks anything
// up in the global object or on a prototype that a script can reach. Objects of our own therefore
// have all their fields from the start, and arrays are not appended to.
//
// bare(what, ...) does what only the host can do, for the run that uses this context at that moment;
// it takes and gives texts, numbers, truth values and null, and answers FAILED when it could not.
(function (bare) {
  'use strict';

  const FAILED = -1;

  const {
    globalThis: globalObject, ArrayBuffer, BigInt, Boolean, DataView, Date, Error, FinalizationRegistry,
    Iterator, Map, Number, Promise, RangeError, RegExp, Set, String, Symbol, TypeError, Uint8Array, WeakMap,
    WeakRef, WeakSet,
  } = globalThis;
  const { stringify, parse } = JSON;
  const { apply, getPrototypeOf, defineProperty } = Reflect;
  const { freeze, keys, prototype: ObjectPrototype } = Object;
  const { prototype: AggregateErrorPrototype } = globalThis.AggregateError;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { getTime, toISOString } = Date.prototype;
  const { slice, toLowerCase } = String.prototype;
  const { get: mapGet, set: mapSet, delete: mapDelete, clear: mapClear } = Map.prototype;
  const { floor, max, min } = Math;
  const mapForEach = Map.prototype.forEach;
  const setForEach = Set.prototype.forEach;
  const { toStringTag } = Symbol;

  const MAX_DEPTH = 250; // what Circles reads, less some room for what is put around a result
  const MAX_PATH = 200;
  const MAX_NAME = 100;
  const MAX_ERROR = 4000;

  // Throws only when the stack ends on the way to the host, and then what a script must not see.
  function host(what, a, b, c, d, e) {
    try {
      return bare(what, a, b, c, d, e);
    } catch {
      throw new RangeError('Maximum call stack size exceeded');
    }
  }

  // ------------------------------------------------------------------ values as JSON

  // Made when the first object has to be shown: most runs never need it.
  const walkClass = () => class Walk {
    room;
    lenient;
    size = 0;
    verdict = '';

    // Over one value, into at most so many characters. A lenient walk, for the console, says in
    // words what has no form; a strict one throws itself, with its verdict.
    constructor(room, lenient) {
      this.room = room;
      this.lenient = lenient;
    }

    // The JSON of a value, or undefined where JSON leaves it out. A place is {parent, holder, key,
    // depth}: the way back up, for paths and cycles.
    json(value, place) {
      if (typeof value === 'object' && value !== null || typeof value === 'bigint') {
        const { toJSON } = value;
        if (typeof toJSON === 'function') value = apply(toJSON, value, ['' + place.key]);
      }
      switch (typeof value) {
        case 'string': return this.text(value);
        case 'number': return this.count(value - value === 0 ? '' + value : 'null');
        case 'boolean': return this.count(value ? 'true' : 'false');
        case 'bigint': return this.text('' + value);
        case 'undefined': return undefined;
        case 'object': return value === null ? this.count('null') : this.object(value, place);
        default: return this.refuse(place, 'a ' + typeof value);
      }
    }

    object(value, place) {
      for (let up = place; up !== null; up = up.parent) {
        if (up.holder === value) return this.refuse(place, 'a cycle');
      }
      if (place.depth >= MAX_DEPTH) return this.refuse(place, 'more than ' + MAX_DEPTH + ' levels deep');
      if (isArray(value)) return this.array(value, place);
      const prototype = getPrototypeOf(value);
      return prototype === ObjectPrototype || prototype === null
        ? this.members(value, place) : this.exotic(value, prototype, place);
    }

    array(value, place) {
      let text = this.count('[');
      for (let i = 0; i < value.length; i++) {
        text += this.separator(i) + this.element(value[i], i, value, place);
      }
      return text + this.count(']');
    }

    element(value, key, holder, place) {
      const text = this.json(value, { parent: place, holder, key, depth: place.depth + 1 });
      return text === undefined ? this.count('null') : text;
    }

    members(value, place) {
      const names = keys(value);
      if (names.length === 0 && !mayBeEmpty(value)) return this.refuse(place, nature(value));
      let text = this.count('{');
      let shown = 0;
      for (let i = 0; i < names.length; i++) {
        const key = names[i];
        const member = this.json(value[key], { parent: place, holder: value, key, depth: place.depth + 1 });
        if (member !== undefined) {
          text += this.separator(shown++) + this.text(key) + this.count(':') + member;
        }
      }
      return text + this.count('}');
    }

    exotic(value, prototype, place) {
      if (isView(value) && !inherits(prototype, DataView)) return this.numbers(value, place);
      for (let p = prototype; p !== null; p = getPrototypeOf(p)) {
        switch (p) {
          case Map.prototype: return this.entries(value, place);
          case Set.prototype: return this.elements(value, place);
          case Date.prototype: return this.date(value);
          case Error.prototype: return this.error(value, place);
          case ArrayBuffer.prototype: return this.numbers(new Uint8Array(value), place);
          case Number.prototype: case String.prototype: case Boolean.prototype:
            return this.count(stringify(value));
          case BigInt.prototype: return this.text('' + value);
          case Symbol.prototype: case Promise.prototype: case RegExp.prototype: case WeakMap.prototype:
          case WeakSet.prototype: case WeakRef.prototype: case FinalizationRegistry.prototype:
          case Iterator.prototype: case DataView.prototype:
            return this.refuse(place, nature(value));
        }
      }
      return this.members(value, place);
    }

    entries(map, place) {
      let text = this.count('[');
      let i = 0;
      apply(mapForEach, map, [(value, key) => {
        text += this.separator(i);
        const pair = { parent: place, holder: map, key: i++, depth: place.depth + 1 };
        text += this.count('[') + this.element(key, 0, null, pair)
          + this.count(',') + this.element(value, 1, null, pair) + this.count(']');
      }]);
      return text + this.count(']');
    }

    elements(set, place) {
      let text = this.count('[');
      let i = 0;
      apply(setForEach, set, [(value) => {
        text += this.separator(i) + this.element(value, i++, set, place);
      }]);
      return text + this.count(']');
    }

    numbers(view, place) {
      let text = this.count('[');
      for (let i = 0, number; (number = view[i]) !== undefined; i++) {
        text += this.separator(i) + this.element(number, i, view, place);
      }
      return text + this.count(']');
    }

    date(value) {
      const time = apply(getTime, value, []);
      return time - time === 0 ? this.text(apply(toISOString, value, [])) : this.count('null');
    }

    error(value, place) {
      return this.count('{"name":') + this.element(value.name, 'name', value, place)
        + this.count(',"message":') + this.element(value.message, 'message', value, place) + this.count('}');
    }

    separator(before) { return before === 0 ? '' : this.count(','); }

    text(string) {
      this.fit(this.size + string.length);
      return this.count(stringify(string));
    }

    count(text) {
      this.size += text.length;
      this.fit(this.size);
      return text;
    }

    fit(size) {
      if (size > this.room) this.leave('o' + size);
    }

    refuse(place, what) {
      if (this.lenient) return this.text('[' + what + ']');
      return this.leave('nthe result has no JSON form: ' + path(place) + ' is ' + what);
    }

    leave(verdict) {
      this.verdict = verdict;
      throw this;
    }
  };

  let Walk = null;

  // The JSON of a value behind a 'j', 'u' when there is none, or the verdict of a walk that left.
  function walk(value, room, lenient) {
    if (Walk === null) Walk = walkClass();
    const visitor = new Walk(room, lenient);
    try {
      const json = visitor.json(value, { parent: null, holder: null, key: '', depth: 0 });
      return json === undefined ? 'u' : 'j' + json;
    } catch (e) {
      if (e === visitor) return visitor.verdict;
      throw e;
    }
  }

  // Whether {} tells the truth: not of Math, of the global object, of an object of a class.
  function mayBeEmpty(value) {
    const prototype = getPrototypeOf(value);
    return (prototype === ObjectPrototype || prototype === null) && value !== globalObject
      && !(toStringTag in value);
  }

  function nature(value) {
    if (value === globalObject) return 'the global object';
    const tag = value[toStringTag];
    if (typeof tag === 'string') return named(tag);
    const { constructor } = value;
    const name = typeof constructor === 'function' ? constructor.name : '';
    if (typeof name !== 'string' || name === '') return 'an object without data';
    return inherits(value, RegExp) ? named(name) : named(name) + ' without data';
  }

  function named(name) {
    const first = name[0];
    const vowel = first === 'A' || first === 'E' || first === 'I' || first === 'O' || first === 'o';
    return (vowel ? 'an ' : 'a ') + cut(name, MAX_NAME);
  }

  function inherits(value, constructor) {
    for (let p = value; p !== null; p = getPrototypeOf(p)) if (p === constructor.prototype) return true;
    return false;
  }

  function path(place) {
    let text = '';
    for (; place.parent !== null; place = place.parent) {
      if (text.length > MAX_PATH) return 'value…' + text;
      text = step(place.key) + text;
    }
    return 'value' + text;
  }

  function step(key) {
    return typeof key === 'number' ? '[' + key + ']'
      : isWord(key) ? '.' + key : '[' + stringify(cut(key, MAX_NAME)) + ']';
  }

  function isWord(key) {
    if (key === '' || key.length > MAX_NAME) return false;
    for (let i = 0; i < key.length; i++) {
      const c = key[i];
      const letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c === '_' || c === '$';
      if (!letter && (i === 0 || c < '0' || c > '9')) return false;
    }
    return true;
  }

  function cut(text, length) {
    return text.length <= length ? text : apply(slice, text, [0, length]) + '…';
  }

  // ------------------------------------------------------------------ the result

  let limit = 0; // characters of a result and of a line of the console

  // The value in one text, its first character saying what follows: (s)tring, (j)son, (u)ndefined,
  // (n)o form, t(o)o big; or (p)ending.
  function encode(value) {
    if (typeof value === 'string') return value.length > limit ? 'o' + value.length : 's' + value;
    if (typeof value === 'number') return 'j' + (value - value === 0 ? value : null);
    return value === undefined ? 'u' : walk(value, limit, false);
  }

  // The run that uses this context; what an earlier one left waiting must not settle this one.
  let turn = 0;
  let settled = null;

  async function settle(value) {
    const mine = turn;
    let end;
    try {
      end = { value: await value, failed: false };
    } catch (e) {
      end = { value: e, failed: true };
    }
    if (mine === turn) settled = end;
  }

  function begin(newLimit) {
    turn++;
    limit = newLimit;
    settled = null;
    room = true;
    callerView = null;
    if (pending !== null) apply(mapClear, pending, []);
  }

  // Begins with the completion value, and finishes at once where nothing needs to settle.
  function complete(value) {
    if (value === null || typeof value !== 'object' && typeof value !== 'function') return encode(value);
    settle(value);
    return 'p';
  }

  function finish() {
    if (settled === null) return 'p';
    if (settled.failed) throw settled.value;
    return encode(settled.value);
  }

  // ------------------------------------------------------------------ errors

  // What was thrown, as JSON: its name and message, and both in one line. Each property is read once:
  // a getter may answer otherwise the next time.
  function describe(thrown) {
    const error = firstOf(thrown);
    let name = error === null ? 'null' : typeof error;
    let message = 'something that cannot be described';
    let title = message;
    try {
      if (name === 'object' || name === 'function') {
        message = cut(messageOf(error), MAX_ERROR);
        title = cut('uncaught ' + message, MAX_ERROR);
        const own = name === 'object' ? error.name : undefined;
        if (typeof own === 'string') {
          name = cut(own, MAX_NAME);
          title = cut(message === '' ? own : own + ': ' + message, MAX_ERROR);
        }
      } else {
        message = cut(name === 'symbol' ? 'a symbol' : '' + error, MAX_ERROR);
        title = cut('uncaught ' + message, MAX_ERROR);
      }
    } catch {
      // the words above stand
    }
    return '{"name":' + stringify(name) + ',"message":' + stringify(message) + ',"title":' + stringify(title) + '}';
  }

  // of several rejections that nobody has handled the engine makes one error that does not say what they are
  function firstOf(error) {
    try {
      const several =
        getPrototypeOf(error) === AggregateErrorPrototype && error.message === 'Unhandled promise rejections';
      return several ? error.errors[0] : error;
    } catch {
      return error;
    }
  }

  function messageOf(error) {
    const { message } = error;
    return typeof message === 'string' ? message : words(error, MAX_ERROR);
  }

  function words(value, room) {
    const text = walk(value, room, true);
    switch (text[0]) {
      case 'o': return '[too big to be shown]';
      case 'u': return 'undefined';
      default: return apply(slice, text, [1]);
    }
  }

  // ------------------------------------------------------------------ the console

  let room = true;

  function write(level, values) {
    if (!room) return;
    let line = '';
    for (let i = 0; i < values.length; i++) line += (i === 0 ? '' : ' ') + shown(values[i]);
    room = host('log', level, line);
  }

  function shown(value) {
    switch (typeof value) {
      case 'string': return value;
      case 'bigint': return value + 'n';
      case 'function': case 'symbol': return '[a ' + typeof value + ']';
      case 'object': return value === null ? 'null' : shownObject(value);
      default: return '' + value;
    }
  }

  function shownObject(value) {
    if (inherits(value, Error)) {
      const { name, message } = value;
      if (typeof name === 'string' && typeof message === 'string') return name + ': ' + message;
    }
    return words(value, limit);
  }

  const makeConsole = () => ({
    log(...values) { write('info', values); },
    info(...values) { write('info', values); },
    debug(...values) { write('debug', values); },
    warn(...values) { write('warn', values); },
    error(...values) { write('error', values); },
  });

  // ------------------------------------------------------------------ the host's functions

  // What the host answers, or its failure as an error.
  function ask(what, a, b, c, d, e) {
    const answer = host(what, a, b, c, d, e);
    if (answer === FAILED) throw failure();
    return answer;
  }

  function failure() {
    return errorOf(parse(host('failure')));
  }

  function errorOf(told) {
    const { name, message, needs } = told;
    const error = name === 'TypeError' ? new TypeError(message)
      : name === 'RangeError' ? new RangeError(message) : new Error(message);
    if (error.name !== name) own(error, 'name', name);
    if (needs !== undefined) own(error, 'needs', needs);
    return error;
  }

  function own(object, name, value) {
    defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
  }

  function text(value, what) {
    if (typeof value !== 'string') throw new TypeError(what + ' is a string, not ' + kind(value));
    return value;
  }

  function kind(value) {
    return value === null ? 'null' : isArray(value) ? 'an array'
      : typeof value === 'undefined' ? 'undefined' : named(typeof value);
  }

  // A value as JSON text, in the form that results have; room in characters.
  function json(value, what) {
    const tagged = encodeWithin(value);
    switch (tagged[0]) {
      case 's': return stringify(apply(slice, tagged, [1]));
      case 'j': return apply(slice, tagged, [1]);
      case 'u': throw new TypeError(what + ' is undefined, which has no JSON form');
      case 'o': throw new RangeError(what + ' is too big');
      default: throw new TypeError(what + ': ' + apply(slice, tagged, [1]));
    }
  }

  const MOST_CHARACTERS = 1 << 26;

  function encodeWithin(value) {
    if (typeof value === 'string') return 's' + value;
    return value === undefined ? 'u' : walk(value, MOST_CHARACTERS, false);
  }

  function optional(options, name, fallback) {
    if (options === undefined || options === null) return fallback;
    const value = options[name];
    return value === undefined || value === null ? fallback : value;
  }

  const makeState = () => freeze({
    get(key) {
      const value = ask('get', text(key, 'a key'));
      return value === null ? undefined : parse(value);
    },
    set(key, value) { ask('set', text(key, 'a key'), json(value, 'the value')); },
    delete(key) { return ask('delete', text(key, 'a key')); },
    list(options) {
      const limit = whole(optional(options, 'limit', 100), 'limit');
      const after = optional(options, 'after', null);
      const entries = parse(ask('list', text(optional(options, 'prefix', ''), 'prefix'),
        after === null ? null : text(after, 'after'), limit));
      const full = entries.length === limit;
      return { entries, cursor: full ? entries[limit - 1].key : undefined };
    },
    increment(key, by = 1) {
      if (typeof by !== 'number' || by - by !== 0) throw new TypeError('an increment is a finite number');
      const before = ask('get', text(key, 'a key'));
      const value = before === null ? 0 : parse(before);
      if (typeof value !== 'number') throw new TypeError('the value of ' + stringify(cut(key, MAX_NAME)) + ' is no number');
      const sum = value + by;
      if (sum - sum !== 0) throw new RangeError('the sum is no finite number');
      ask('set', key, '' + sum);
      return sum;
    },
  });

  const makeEvents = () => freeze({
    publish(topic, data) { ask('publish', text(topic, 'a topic'), data === undefined ? 'null' : json(data, 'the data')); },
  });

  const makeCircle = () => {
    const { publicKey, name } = parse(ask('circle'));
    return freeze({
      publicKey,
      name,
      call(name, args) {
        const result = ask('call', text(name, 'a function\'s name'), args === undefined ? null : json(args, 'args'));
        return result === null ? undefined : parse(result);
      },
    });
  };

  let callerView = null;

  function caller() {
    if (callerView === null) callerView = makeCaller(parse(ask('caller')));
    return callerView;
  }

  function makeCaller({ publicKey, kind, via, roles, capabilities }) {
    return freeze({
      publicKey,
      kind,
      via,
      roles: freeze(roles),
      can(capability) {
        for (let i = 0; i < capabilities.length; i++) if (capabilities[i] === capability) return true;
        return false;
      },
    });
  }

  const makeSecrets = () => freeze({
    get(name) {
      const value = ask('secret', text(name, 'a secret\'s name'));
      return maybe(value);
    },
  });

  // ------------------------------------------------------------------ bytes

  const DIGITS = '0123456789abcdef';
  const VALUES = { __proto__: null,
    0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, a: 10, b: 11, c: 12, d: 13, e: 14, f: 15 };

  function bytesOf(hex) {
    const bytes = new Uint8Array(hex.length / 2);
    for (let i = 0; i < bytes.length; i++) bytes[i] = VALUES[hex[2 * i]] << 4 | VALUES[hex[2 * i + 1]];
    return bytes;
  }

  function hexOf(bytes) {
    let hex = '';
    for (let i = 0; i < bytes.length; i++) hex += DIGITS[bytes[i] >> 4] + DIGITS[bytes[i] & 15];
    return hex;
  }

  // Bytes or text as the host takes them.
  function data(value, what) {
    if (typeof value === 'string') return 's' + value;
    if (isView(value)) return 'x' + hexOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (typeof value === 'object' && value !== null && inherits(getPrototypeOf(value), ArrayBuffer)) {
      return 'x' + hexOf(new Uint8Array(value));
    }
    throw new TypeError(what + ' is a string or bytes, not ' + kind(value));
  }

  // Keys and signatures: a text in hex or base64, or bytes.
  function encoded(value, what) {
    return typeof value === 'string' ? value : apply(slice, data(value, what), [1]);
  }

  const makeCrypto = () => freeze({
    sha256(message) { return bytesOf(ask('sha256', data(message, 'the message'))); },
    keccak256(message) { return bytesOf(ask('keccak256', data(message, 'the message'))); },
    hmac(key, message) { return bytesOf(ask('hmac', data(key, 'the key'), data(message, 'the message'))); },
    verify(publicKey, signature, message) {
      return ask('verify', encoded(publicKey, 'the key'), encoded(signature, 'the signature'), data(message, 'the message'));
    },
    verifyDigest(publicKey, signature, digest) {
      return ask('verifyDigest', encoded(publicKey, 'the key'), encoded(signature, 'the signature'), data(digest, 'the digest'));
    },
    recover(signature, message) {
      return maybe(ask('recover', encoded(signature, 'the signature'), data(message, 'the message')));
    },
    recoverDigest(signature, digest) {
      return maybe(ask('recoverDigest', encoded(signature, 'the signature'), data(digest, 'the digest')));
    },
    random(length) {
      return bytesOf(ask('random', whole(length, 'a length')));
    },
    uuid() { return ask('uuid'); },
  });

  function maybe(value) { return value === null ? undefined : value; }

  const makeHex = () => freeze({
    encode(value) {
      const tagged = data(value, 'the value');
      return tagged[0] === 'x' ? apply(slice, tagged, [1]) : ask('toUtf8', value);
    },
    decode(hex) { return bytesOf(ask('fromHex', text(hex, 'hex'))); },
  });

  const makeBase64 = () => freeze({
    encode(value) { return ask('toBase64', data(value, 'the value')); },
    decode(base64) { return bytesOf(ask('fromBase64', text(base64, 'base64'))); },
  });

  const makeUtf8 = () => freeze({
    encode(string) { return bytesOf(ask('toUtf8', text(string, 'the text'))); },
    decode(bytes) { return ask('fromUtf8', data(bytes, 'the bytes')); },
  });

  // ------------------------------------------------------------------ requests to sign

  const MOST_KEYS = 100;
  const MOST_KEY = 200; // characters, more than any form of a key has
  const MOST_CONTENT_TYPE = 100;
  const FAR = 2 ** 53;

  const makeSign = () => freeze({
    request(options) { return askToSign(options, keyLine(optional(options, 'key', undefined), 'key'), 1); },
    collect(options) {
      const threshold = whole(optional(options, 'threshold', undefined), 'threshold');
      return askToSign(options, keyLines(optional(options, 'keys', undefined)), threshold);
    },
    cancel(id) { ask('cancelSign', text(id, 'an id')); },
  });

  function askToSign(options, keys, threshold) {
    const message = optional(options, 'message', undefined);
    const bytes = data(message, 'message');
    const display = text(optional(options, 'display', undefined), 'display');
    const contentType = text(optional(options, 'contentType',
      typeof message === 'string' ? 'text/plain' : 'application/octet-stream'), 'contentType');
    if (contentType.length > MOST_CONTENT_TYPE || has(contentType, '\n')) {
      throw new TypeError('contentType has 1 to ' + MOST_CONTENT_TYPE + ' printable ASCII characters');
    }
    const digest = optional(options, 'digest', 'tagged');
    if (digest !== 'tagged' && digest !== 'sha256') throw new TypeError('digest is "tagged" or "sha256"');
    const ttl = optional(options, 'ttl', null);
    const time = ttl === null ? '' : '' + max(-1, min(whole(ttl, 'ttl'), FAR));
    return ask('sign', keys, threshold, bytes, display, contentType + '\n' + digest + '\n' + time);
  }

  function keyLines(keys) {
    if (!isArray(keys)) throw new TypeError('keys is an array, not ' + kind(keys));
    if (keys.length < 1 || keys.length > MOST_KEYS) {
      throw new TypeError('keys are 1 to ' + MOST_KEYS + ', not ' + keys.length);
    }
    let lines = '';
    for (let i = 0; i < keys.length; i++) lines += (i === 0 ? '' : '\n') + keyLine(keys[i], 'a key');
    return lines;
  }

  function keyLine(value, what) {
    const key = encoded(value, what);
    if (key.length > MOST_KEY || has(key, '\n')) {
      throw new TypeError(what + ' is a public key of 33 or 65 bytes, as bytes, hex or base64');
    }
    return key;
  }

  function whole(number, what) {
    if (typeof number !== 'number' || floor(number) !== number) throw new TypeError(what + ' is a whole number');
    return number;
  }

  // ------------------------------------------------------------------ HTTP

  const makeHttp = () => freeze({
    fetch(url, options) {
      const method = text(optional(options, 'method', 'GET'), 'method');
      const headers = headerLines(optional(options, 'headers', null));
      const given = optional(options, 'body', null);
      const body = given === null ? null : data(given, 'the body');
      return new Promise((resolve, reject) => {
        const number = awaitOne((failed, payload) => {
          const told = parse(payload);
          if (failed) reject(errorOf(told)); else resolve(makeResponse(number, told));
        });
        let sent = false;
        try {
          ask('fetch', number, method, text('' + url, 'the URL'), headers, body);
          sent = true;
        } finally {
          if (!sent) apply(mapDelete, pending, [number]);
        }
      });
    },
  });

  function headerLines(headers) {
    if (headers === null) return '';
    if (typeof headers !== 'object') throw new TypeError('headers is an object of names and values');
    const names = keys(headers);
    let lines = '';
    for (let i = 0; i < names.length; i++) {
      const value = text('' + headers[names[i]], 'a header');
      if (has(value, '\n') || has(names[i], '\n') || has(names[i], ':') || names[i] === '') {
        throw new TypeError('the header ' + stringify(cut(names[i], MAX_NAME)) + ' has a character that HTTP does not allow');
      }
      lines += names[i] + ':' + value + '\n';
    }
    return lines;
  }

  function has(string, character) {
    for (let i = 0; i < string.length; i++) if (string[i] === character) return true;
    return false;
  }

  function makeResponse(number, { status, statusText, url, redirected, headers }) {
    return freeze({
      status,
      statusText,
      url,
      redirected,
      ok: status >= 200 && status < 300,
      headers: makeHeaders(headers),
      async text() { return ask('body', number, 'text'); },
      async json() { return parse(ask('body', number, 'text')); },
      async bytes() { return bytesOf(ask('body', number, 'hex')); },
    });
  }

  function makeHeaders(pairs) {
    const lower = [];
    for (let i = 0; i < pairs.length; i++) own(lower, i, apply(toLowerCase, pairs[i][0], []));
    return freeze({
      get(name) {
        const wanted = apply(toLowerCase, '' + name, []);
        let value = null;
        for (let i = 0; i < pairs.length; i++) {
          if (lower[i] === wanted) value = value === null ? pairs[i][1] : value + ', ' + pairs[i][1];
        }
        return value;
      },
      has(name) { return this.get(name) !== null; },
      entries() { return pairs; },
    });
  }

  // ------------------------------------------------------------------ what a run waits for

  let pending = null; // what is to happen when something has arrived, by its number
  let lastNumber = 0;

  function awaitOne(then) {
    if (pending === null) pending = new Map();
    const number = ++lastNumber;
    apply(mapSet, pending, [number, then]);
    return number;
  }

  function arrived(number, failed, payload) {
    if (pending === null) return;
    const then = apply(mapGet, pending, [number]);
    if (then === undefined) return;
    apply(mapDelete, pending, [number]);
    then(failed, payload);
  }

  function setTimer(callback, millis, rest) {
    if (typeof callback !== 'function') throw new TypeError('setTimeout takes a function');
    const wait = max(0, min(+millis || 0, 0x7fffffff));
    const number = awaitOne(() => { apply(callback, undefined, rest); });
    let accepted = false;
    try {
      accepted = ask('timer', number, floor(wait));
    } finally {
      if (accepted !== true) apply(mapDelete, pending, [number]);
    }
    if (accepted !== true) throw new RangeError('too many timers are pending');
    return number;
  }

  function clearTimer(number) {
    if (pending === null || typeof number !== 'number' || !apply(mapDelete, pending, [number])) return;
    ask('untimer', number);
  }

  // ------------------------------------------------------------------ the globals

  function keep(name, value) {
    defineProperty(globalObject, name,
      { __proto__: null, value, writable: true, enumerable: false, configurable: true });
    return value;
  }

  // Made when it is first asked for: most runs need few of them.
  function lazy(name, make) {
    defineProperty(globalObject, name, {
      __proto__: null,
      get: () => keep(name, make()),
      set: (value) => { keep(name, value); },
      enumerable: false,
      configurable: true,
    });
  }

  // Asked for each time: another run in this context has another one.
  function each(name, get) {
    defineProperty(globalObject, name,
      { __proto__: null, get, set: (value) => { keep(name, value); }, enumerable: false, configurable: true });
  }

  lazy('console', makeConsole);
  lazy('state', makeState);
  lazy('events', makeEvents);
  lazy('circle', makeCircle);
  lazy('secrets', makeSecrets);
  lazy('http', makeHttp);
  lazy('crypto', makeCrypto);
  lazy('sign', makeSign);
  lazy('hex', makeHex);
  lazy('base64', makeBase64);
  lazy('utf8', makeUtf8);
  lazy('setTimeout', () => function setTimeout(callback, millis, ...rest) { return setTimer(callback, millis, rest); });
  lazy('clearTimeout', () => function clearTimeout(number) { clearTimer(number); });
  lazy('CIRCLE_PUBLIC_KEY', () => parse(ask('circle')).publicKey);
  lazy('CONTEXT_ID', () => parse(ask('circle')).publicKey);
  each('caller', caller);
  each('CALLER_PUBLIC_KEY', () => caller().publicKey);
  each('CALLER_ID', () => caller().publicKey);

  // ------------------------------------------------------------------ what Java calls

  return (step, a, b, c) => {
    switch (step) {
      case 0: // begin a script: its arguments as JSON, the room for its result
        begin(b);
        keep('args', a === null ? undefined : parse(a));
        return;
      case 1: return complete(a);
      case 2: return finish();
      case 3: return describe(a);
      case 4: // call a function: its argument as JSON, the room for its result
        begin(c);
        return complete(b === null ? a() : a(parse(b)));
      default: arrived(a, b, c);
    }
  };
})
