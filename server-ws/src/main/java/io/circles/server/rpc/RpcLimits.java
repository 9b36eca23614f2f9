package io.circles.server.rpc;

/// The bounds of a connection's requests.
///
/// @param batch requests in a batch
/// @param batchResponse bytes of a batch's answer
/// @param response bytes of one answer
/// @param inFlight requests that are worked on
/// @param queued requests that wait
/// @param requestBytes what the frames of requests that are not answered yet may have together
public record RpcLimits(
        int batch,
        long batchResponse,
        long response,
        int inFlight,
        int queued,
        long requestBytes) {}
