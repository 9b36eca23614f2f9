// JSON values over a pipe, one a line; what is written in one turn of the event loop leaves in one write.

export function readLines(stream, onValue) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    let from = 0;
    for (let end; (end = chunk.indexOf('\n', from)) >= 0; from = end + 1) {
      const line = rest + chunk.slice(from, end);
      rest = '';
      onValue(JSON.parse(line));
    }
    rest += chunk.slice(from);
  });
}

export function lineWriter(stream) {
  let waiting = '';
  const flush = () => {
    stream.write(waiting);
    waiting = '';
  };
  return (value) => {
    if (waiting === '') setImmediate(flush);
    waiting += JSON.stringify(value) + '\n';
  };
}
