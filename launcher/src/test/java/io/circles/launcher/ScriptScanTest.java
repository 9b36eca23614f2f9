package io.circles.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptScanTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '^',
            value = {
                "f(                  # )",
                "[1, {a: 2           # }",
                "[1, {a: 2}          # ]",
                "`text               # `",
                "`a ${b              # }",
                "`a ${b} c           # `",
                "`a ${`b             # `",
                "`a ${ {c: 1}        # }",
                "/* so               # */",
                "f('(', \"[\"        # )",
                "f(/\\(/             # )",
                "f(/[/(]/            # )",
                "x = a / b; g(c / d  # )",
                "(a) / f(b           # )",
                "return /[)]/ + (    # )",
                "$ / ( 2             # )",
                "f( // )             # )",
                "`\\`                # `"
            })
    void whatIsOpenGoesOn(String script, String missing) {
        assertThat(ScriptScan.missing(script)).contains(missing);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1 + 2",
                "f({a: [1]})",
                "`a ${b} c`",
                "'('",
                "\"it's (\"",
                "/[(]/.test(x)",
                "typeof /(/",
                "a / b // (",
                "/* ( */ 1",
                "'\\'('"
            })
    void aCompleteScriptIsComplete(String script) {
        assertThat(ScriptScan.missing(script)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {")", "f(]", "{ ( }", "f('x\n", "f('x"})
    void whatMoreTextDoesNotMendIsLeftToTheCircle(String script) {
        assertThat(ScriptScan.missing(script)).isEmpty();
    }

    @Test
    void aStringGoesOnInTheNextLineBehindABackslashOnly() {
        assertThat(ScriptScan.missing("f('x\\\ny'")).contains(")");
    }

    @Test
    void muchIsLookedThroughWithoutMuchStack() {
        assertThat(ScriptScan.missing("[".repeat(1_000_000))).contains("]");
        assertThat(ScriptScan.missing("'" + "\\n".repeat(1_000_000) + "'")).isEmpty();
    }
}
