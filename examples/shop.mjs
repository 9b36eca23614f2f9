// Buys in the shop of shop/circles.json, and hears what is sold there.
import { connect } from './connect.mjs';

const shop = await connect(process.argv[2] ?? 'ws://127.0.0.1:9003');
const call = async (name, args) => (await shop.request('call', { function: name, args })).value;

for (const { item, price, stock } of await call('goods')) console.log(`${item}: ${price}, ${stock} left`);

const sold = new Promise((resolve) => shop.on('event', resolve));
await shop.request('subscribe', { topic: 'sold/*' });
console.log('after two apples', await call('buy', { item: 'apple', count: 2 }));
const { topic, data } = await sold;
console.log(topic, data);

await call('buy', { item: 'book', count: 3 }).catch(({ kind, message }) => console.log(`${kind}: ${message}`));
console.log('purse', await call('purse'));
shop.close();
