// Several people with the official JavaScript client on one bad line. Reads orders from stdin, one JSON a line;
// answers what each client was told as JSON on stdout. Run by test_node_client.py.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { url, base, stream, topic, people, module } = JSON.parse(process.argv[2]);
const { Centrifuge } = await import(pathToFileURL(module).href);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

class Follower {
  offsets = [];
  bodies = [];
  acked = {};
  recovered = [];
  ended = [];
  errors = [];

  constructor(person, token) {
    this.person = person;
    this.client = new Centrifuge(url, {
      ...(token ? { token } : {}),
      getToken: () => this.ticket(),
      minReconnectDelay: 20,
      maxReconnectDelay: 100,
      timeout: 5000,
      name: "follow",
    });
    this.client.on("connected", () => this.client.setToken(""));
    this.client.on("disconnected", (context) => this.ended.push([context.code, context.reason]));
    this.client.on("error", (context) => this.errors.push(context.error.code));
    this.subscription = this.client.newSubscription(stream, { minResubscribeDelay: 20, maxResubscribeDelay: 100 });
    this.subscription.on("subscribed", (context) => context.wasRecovering && this.recovered.push(context.recovered));
    this.subscription.on("unsubscribed", (context) => this.ended.push([context.code, context.reason]));
    this.subscription.on("publication", (context) => {
      this.offsets.push(context.offset);
      if (context.data.type === "post.published") this.bodies.push(context.data.body);
    });
  }

  async ticket() {
    const { session, csrf } = this.person;
    const headers = { "X-CSRFToken": csrf, Cookie: `sessionid=${session}; csrftoken=${csrf}` };
    const answer = await fetch(`${base}/api/live/ticket`, { method: "POST", headers });
    return (await answer.json()).ticket;
  }

  async begin() {
    this.subscription.subscribe();
    this.client.connect();
    await this.subscription.ready(10000);
  }

  async post(body, nonce) {
    for (;;) {
      try {
        const { data } = await this.client.rpc("post.submit", { topic, body, nonce });
        this.acked[data.id] = body;
        return data;
      } catch {
        await wait(20);
      }
    }
  }

  told() {
    const { offsets, bodies, acked, recovered, ended, errors, client } = this;
    return structuredClone({ offsets, bodies, acked, recovered, ended, errors, state: client.state });
  }
}

const followers = [];
let talking = true;

async function talk(name, follower) {
  for (let number = 1; talking; number += 1) {
    await follower.post(`${name} says ${number}`, `nonce-${name}-${number}-js`);
    await wait(50);
  }
}

const orders = {
  async follow() {
    followers.push(...people.map((person) => new Follower(person)));
    await Promise.all(followers.map((follower) => follower.begin()));
    this.talk = followers.map((follower, name) => talk(name, follower));
    return {};
  },
  async finish() {
    talking = false;
    await Promise.all(this.talk);
    const last = await followers[0].post("the end", "nonce-of-the-end-js");
    const again = await followers[0].post("the end", "nonce-of-the-end-js");
    for (let turn = 0; turn < 500 && followers.some((one) => one.offsets.at(-1) !== last.seq); turn += 1) await wait(20);
    return { last, again, followers: followers.map((follower) => follower.told()) };
  },
  async told() {
    for (let turn = 0; turn < 100 && !followers[0].ended.length; turn += 1) await wait(10);
    await wait(300);
    talking = false;
    return followers[0].told();
  },
  async knock({ token }) {
    const follower = new Follower(people[0], token);
    follower.subscription.subscribe();
    follower.client.connect();
    for (let turn = 0; turn < 250 && !follower.ended.length && follower.subscription.state !== "subscribed"; turn += 1) await wait(20);
    const told = follower.told();
    follower.client.disconnect();
    return told;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { order, ...data } = JSON.parse(line);
  console.log(JSON.stringify(await orders[order](data)));
}
process.exit();
