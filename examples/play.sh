#!/usr/bin/env bash
# Logs in to a circle with a key made by openssl, and plays a script.
set -euo pipefail
host=${1:-127.0.0.1} port=${2:-9001} path=${3:-/}

# A WebSocket (RFC 6455) by hand: frames of a client are masked, and a mask of zeros leaves them readable.
exec 3<>"/dev/tcp/$host/$port"
printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' "$path" "$host" "$port" >&3
printf 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n' "$(openssl rand -base64 16)" >&3
read -r _ status _ <&3
[ "$status" = 101 ] || { echo "refused with status $status" >&2; exit 1; }
while read -r line <&3 && [ "$line" != $'\r' ]; do :; done

send() { # one text frame of 126 to 65,535 bytes, so it is padded with spaces
  local text; text=$(printf '%-126s' "$1")
  local high low; high=$(printf '%02x' $((${#text} / 256))); low=$(printf '%02x' $((${#text} % 256)))
  printf "\x81\xfe\x$high\x$low\x00\x00\x00\x00%s" "$text" >&3
}
bytes() { head -c "$1" <&3 | od -An -v -tu1; }
receive() { # one text frame; pings and the like are passed over
  local kind length
  read -r kind length < <(bytes 2)
  if [ "$length" = 126 ]; then read -r a b < <(bytes 2); length=$((a * 256 + b)); fi
  local text; text=$(head -c "$length" <&3)
  if [ "$kind" = 129 ]; then printf '%s\n' "$text"; else receive; fi
}
field() { sed -E "s/.*\"$1\":\"(([^\"\\\\]|\\\\.)*)\".*/\1/"; }

key=$(mktemp); trap 'rm -f "$key"' EXIT
openssl ecparam -name secp256k1 -genkey -noout -out "$key"
pubkey=$(openssl ec -in "$key" -pubout -conv_form compressed -outform DER 2>/dev/null | tail -c 33 | od -An -v -tx1 | tr -d ' \n')

send '{"jsonrpc":"2.0","id":1,"method":"fetch_nonce","params":{"pubkey":"'"$pubkey"'"}}'
nonce=$(printf '%b' "$(receive | field nonce)")
case $nonce in # sign nothing that was made for another server
  "circles authentication v1
origin: ws://$host:$port
circle: "*) ;;
  *) echo "this nonce was made for somebody else: $nonce" >&2; exit 1 ;;
esac
signature=$(printf '%s' "$nonce" | openssl dgst -sha256 -sign "$key" | openssl base64 -A)
send '{"jsonrpc":"2.0","id":2,"method":"authenticate","params":{"pubkey":"'"$pubkey"'","signature":"'"$signature"'"}}'
receive >&2

send '{"jsonrpc":"2.0","id":3,"method":"play","params":{"script":"let x = 10; x * 2"}}'
receive | field output
