// One of two parties, who makes the session, tells a text and prints what it is told.
import { connect, keyIn } from './connect.mjs';
import { sit } from './sealed.mjs';

const [url, keyFile, members, text] = process.argv.slice(2);
const secret = keyIn(keyFile);
const circle = await connect(url, secret);
const kind = 'keygen';
const group_id = await circle.request('Group.create', { label: 'two', parameters: { parties: 2, threshold: 1 } });
const { uuid: session_id } = await circle.request('Session.create', { group_id, kind });
console.log(`${group_id}/${session_id}`);
const seat = await sit(circle, { group_id, session_id, kind }, secret, members.split(','));
const [told] = await seat.exchange(1, Buffer.from(text));
console.log(`${seat.others[0]}: ${told}`);
await seat.finish();
circle.close();
