package io.circles.script.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a script can reach: nothing but its own realm, and that only while it runs.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public interface IsolationContract extends Plays {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Java",
                "Polyglot",
                "Graal",
                "Packages",
                "java",
                "javax",
                "org",
                "com",
                "load",
                "loadWithNewGlobal",
                "quit",
                "exit",
                "print",
                "printErr",
                "read",
                "readFully",
                "readbuffer",
                "readline",
                "require",
                "process",
                "global",
                "module",
                "exports",
                "fetch",
                "XMLHttpRequest",
                "WebSocket",
                "Worker",
                "setInterval",
                "setImmediate",
                "queueMicrotask",
                "SharedArrayBuffer",
                "Atomics",
                "WebAssembly",
                "ShadowRealm",
                "Debug",
                "performance",
                "JavaImporter",
                "arguments",
                "$262",
                "window",
                "self",
            })
    default void theHostIsNotThere(String name) {
        assertThat(output("typeof " + name)).isEqualTo("undefined");
    }

    @Test
    default void beyondTheLanguageThereAreOnlyTheDocumentedGlobals() {
        assertThat(
                        output(
                                """
                                Object.getOwnPropertyNames(globalThis)
                                    .filter(name => !/^[A-Z][a-z]|^[a-z]+(URI|Component|NaN|Finite|Float|Int)|Error$/.test(name))
                                    .sort().join()
                                """))
                .isEqualTo(
                        "CALLER_ID,CALLER_PUBLIC_KEY,CIRCLE_PUBLIC_KEY,CONTEXT_ID,JSON,args,base64,"
                                + "caller,circle,clearTimeout,console,crypto,escape,eval,events,"
                                + "globalThis,hex,http,secrets,setTimeout,sign,state,undefined,unescape,"
                                + "utf8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import('fs')",
                "import('./script.js')",
                "import('data:text/javascript,1')",
                "import('https://example.com/x.js')",
                "import('polyglot:js')",
                "Function('return import(\"fs\")')()",
            })
    default void nothingCanBeImported(String source) {
        assertThat(scriptError(source).error().toString()).doesNotContain("ENOENT", "NoSuchFile");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Object.getOwnPropertyNames(console.log).concat(Reflect.ownKeys(console)).join()",
                "console.constructor === Object && console.log.constructor === Function && 'plain'",
                "Object.getPrototypeOf(console) === Object.prototype && 'plain'",
            })
    default void theConsoleIsAnOrdinaryObject(String source) {
        assertThat(output(source)).matches("plain|.*log,info,debug,warn,error");
    }

    @Test
    default void theScriptCannotReachWhoeverCallsIt() {
        assertThat(
                        output(
                                """
                                const found = [];
                                const look = function () { try { found.push(typeof look.caller) } catch (e) { found.push('refused') } return 1 };
                                console.log({toJSON: look});
                                Object.defineProperty(Array.prototype, 0, {set(v) { found.push(typeof v) }, configurable: true});
                                Object.prototype.get = look; Object.prototype.value = look;
                                const { log } = console; log({a: [1]}, 'x');
                                delete Object.prototype.get; delete Object.prototype.value; delete Array.prototype[0];
                                '' + found
                                """))
                .matches("((undefined|object|refused),?)+");
    }

    @Test
    default void aPollutedRealmStillGivesTheTrueResult() {
        String pollution =
                """
                JSON.stringify = () => 'hacked'; JSON.parse = () => 'hacked';
                Map.prototype.forEach = () => {}; Set.prototype.forEach = () => {};
                Array.isArray = () => false; Object.keys = () => []; Reflect.apply = () => 'hacked';
                String.prototype.slice = () => 'hacked'; Function.prototype.call = () => 'hacked';
                Date.prototype.toISOString = () => 'hacked'; delete Date.prototype.toJSON;
                Promise.prototype.then = () => {}; Promise.resolve = () => 'hacked';
                Array.prototype[Symbol.iterator] = () => { throw 1 };
                Object.defineProperty(Object.prototype, 'size', {set() {}, configurable: true});
                Object.defineProperty(Array.prototype, 1, {set() {}, configurable: true});
                globalThis.Map = globalThis.Date = undefined;
                """;
        assertThat(
                        output(
                                "const m = new Map([[1, {a: [1, 2]}]]), d = new Date(0);"
                                        + pollution
                                        + "({m, d})"))
                .isEqualTo("{\"m\":[[1,{\"a\":[1,2]}]],\"d\":\"1970-01-01T00:00:00.000Z\"}");
        assertThat(output(pollution + "(async () => [await 1])()")).isEqualTo("[1]");
    }

    @Test
    default void nothingReachesTheNextPlay() {
        play(
                """
                var leaked = 1; let alsoLeaked = 2; globalThis.third = 3; args = 4; console.log = null;
                Object.prototype.polluted = 1; Array.prototype.map = null; String.prototype.trim = null;
                JSON.parse = null; Symbol.for('shared').description; RegExp('a(b)').test('ab');
                Object.freeze(Function.prototype); CIRCLE_PUBLIC_KEY = 'x'; Math.random = () => 4;
                (strings => { strings.leaked = 1 })`template`; 1
                """);
        assertThat(
                        output(
                                """
                                [typeof leaked, typeof alsoLeaked, typeof third, typeof args, typeof console.log, {}.polluted,
                                 typeof [].map, typeof ''.trim, typeof JSON.parse, RegExp.$1, Object.isFrozen(Function.prototype),
                                 CIRCLE_PUBLIC_KEY === CONTEXT_ID, Math.random() === 4].join()
                                """))
                .isEqualTo(
                        "undefined,undefined,undefined,undefined,function,,function,function,function,,false,true,false");
    }

    @Test
    default void theSameSourceStartsAfreshEachTime() {
        String source = "var n = (globalThis.n || 0) + 1; (function () { this.m = n })(); n";
        assertThat(output(source)).isEqualTo("1");
        assertThat(output(source)).isEqualTo("1");
    }

    @Test
    default void theHostsPlaceAndLanguageAreNotSeen() {
        assertThat(
                        output(
                                """
                                const { locale } = Intl.DateTimeFormat().resolvedOptions();
                                [locale, new Date(0).getTimezoneOffset(), new Date(0).getHours()].join()
                                """))
                .isEqualTo("en-US,0,0");
    }
}
