/// Keys, signatures and digests on the curve secp256k1: all that Circles knows of cryptography.
///
/// Everything that calls Bouncy Castle belongs here, and nothing else does. No type of that library
/// leaves the package, so that another one can take its place.
///
/// Start at [PublicKey][io.circles.protocol.crypto.PublicKey], who somebody is; then
/// [Signature][io.circles.protocol.crypto.Signature], how they prove it, in three forms. Below
/// these, `Secp256k1` holds the arithmetic, `SignatureDecoder` and `HexOrBase64` read what came
/// over the wire, and `PrivateKeyPem` reads and writes key files.
///
/// All types are immutable and safe for use by several threads. Nothing here blocks, and nothing
/// that is refused is echoed: a mistaken input may be a private key.
package io.circles.protocol.crypto;
