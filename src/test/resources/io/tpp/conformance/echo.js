// A WebSocket server of the npm package "ws" that sends back what it is sent. Its limit on the parts of a message is off:
// Autobahn sends one of 64 Ki parts.
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: true,
  maxPayload: 64 << 20,
  maxFragments: 0,
  maxBufferedChunks: 0,
});
server.on('listening', () => console.log('listening on ' + server.address().port));
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
});
