/**
 * The endpoint that the benchmark posts to: reads each request to its end and answers 204. Runs as a child process;
 * tells its port at the start, and how many bytes of bodies it has read whenever it is asked.
 */
import { createServer } from 'node:http';

let bytesRead = 0;
const server = createServer((request, response) => {
  request.on('data', (chunk) => (bytesRead += chunk.length));
  request.once('end', () => response.writeHead(204).end());
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('message', () => process.send(bytesRead));
process.once('disconnect', () => process.exit(0));
