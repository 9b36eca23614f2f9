package io.circles.script.host;

import java.util.List;

/// What another machine answered. Immutable, if nobody writes to the body's array, which is not
/// copied; two answers are equal only if they share it.
///
/// @param status 200 to 599, whatever it means
/// @param statusText the words beside it, often none
/// @param url where the answer came from after all redirects, without a fragment
/// @param headers in the order in which they came, names as they were written. `Content-Encoding`
///     and `Content-Length` are those of the wire also where the body was unpacked
/// @param body unpacked if it was gzip; empty if there is none
/// @param redirected whether `url` is another than the one that was asked for
@SuppressWarnings("ArrayRecordComponent") // bodies are big and are compared by nobody
public record HttpAnswer(
        int status,
        String statusText,
        String url,
        List<HttpHeader> headers,
        byte[] body,
        boolean redirected) {
    public HttpAnswer {
        headers = List.copyOf(headers);
    }

    HttpAnswer afterRedirect() {
        return new HttpAnswer(status, statusText, url, headers, body, true);
    }

    /// The status only: the rest may be secret.
    @Override
    public String toString() {
        return "HttpAnswer[" + status + "]";
    }
}
