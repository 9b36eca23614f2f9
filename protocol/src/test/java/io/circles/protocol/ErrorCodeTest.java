package io.circles.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorCodeTest {
    @Test
    void everyCodeIsFoundByItsNumber() {
        assertThat(ErrorCode.values()).allMatch(code -> ErrorCode.of(code.number()).get() == code);
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number))
                .doesNotHaveDuplicates();
    }

    /// What clients of the original systems rely on.
    @ParameterizedTest
    @CsvSource({
        "-32000, script_error, Execution Error",
        "-32001, authentication_required, Authentication Required",
        "-32002, invalid_credentials, Invalid Credentials",
        "-32600, invalid_request, Invalid Request",
        "-32601, method_not_found, Method not found",
        "-32602, invalid_params, Invalid params",
        "-32603, internal_error, Internal error",
        "-32700, parse_error, Parse error"
    })
    void theOriginalsNumbersHaveTheirNames(int number, String kind, String message) {
        ErrorCode code = ErrorCode.of(number).orElseThrow();
        assertThat(code.kind()).isEqualTo(kind);
        assertThat(code.message()).isEqualTo(message);
    }

    @Test
    void anUnknownNumberOfTheOtherEndIsKept() {
        CircleException e = new CircleException(new RpcError(-31999, "of tomorrow", null));
        assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(e.error().code()).isEqualTo(-31999);
    }

    @Test
    void dataSaysTheKindWhetherToRetryAndWhatIsAdded() {
        CircleException e =
                CircleException.limit(ErrorCode.BUSY, "Busy: full", 8, 9).with("why", "full");
        assertThat(Json.write(e.error().data()))
                .isEqualTo(
                        "{\"kind\":\"busy\",\"retryable\":true,\"limit\":8,\"used\":9,"
                                + "\"why\":\"full\"}");
    }
}
