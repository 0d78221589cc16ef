// What the device keeps: rosters and scans, in IndexedDB. Whatever was scanned is written down
// before anything else happens with it, and survives closing, reloading and a dead battery.

const NAME = "voluncity-offline";
const CHANGED = "voluncity-offline-changed";

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function finished(transaction) {
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onerror = () => failed(transaction.error);
    transaction.onabort = () => failed(transaction.error);
  });
}

export class Store {
  static async open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("packages", { keyPath: "token" });
      const scans = request.result.createObjectStore("scans", { keyPath: "nonce" });
      scans.createIndex("token", "token");
    };
    return new Store(await asked(request));
  }

  constructor(database) {
    this.database = database;
    this.channel = new BroadcastChannel(CHANGED);
  }

  // Another tab of the same browser has written something.
  onChange(tell) {
    this.channel.onmessage = () => tell();
  }

  async write(name, change) {
    const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
    change(transaction.objectStore(name));
    await finished(transaction);
    this.channel.postMessage("changed");
  }

  packages() {
    return asked(this.database.transaction("packages").objectStore("packages").getAll());
  }

  scans(token) {
    return asked(this.database.transaction("scans").objectStore("scans").index("token").getAll(token));
  }

  async waiting(token) {
    const scans = await this.scans(token);
    return scans.filter((scan) => scan.state === "waiting").sort((a, b) => a.at - b.at);
  }

  keepPackage(found) {
    return this.write("packages", (store) => store.put(found));
  }

  // Another tab may have dropped the roster meanwhile: it comes back, or the scan were never sent.
  async keepScan(scan, found) {
    const transaction = this.database.transaction(["packages", "scans"], "readwrite", { durability: "strict" });
    const packages = transaction.objectStore("packages");
    const known = packages.getKey(found.token);
    known.onsuccess = () => known.result ?? packages.put(found);
    transaction.objectStore("scans").add(scan);
    await finished(transaction);
    this.channel.postMessage("changed");
  }

  async settle(answers) {
    const transaction = this.database.transaction("scans", "readwrite", { durability: "strict" });
    const store = transaction.objectStore("scans");
    for (const answer of answers) {
      const request = store.get(answer.nonce);
      request.onsuccess = () => {
        if (request.result) store.put({ ...request.result, state: answer.outcome, label: answer.label, sentence: answer.sentence, code: "" });
      };
    }
    await finished(transaction);
    this.channel.postMessage("changed");
  }

  // Only a package whose scans have all been answered goes away with them.
  async drop(token) {
    const transaction = this.database.transaction(["packages", "scans"], "readwrite", { durability: "strict" });
    const scans = transaction.objectStore("scans");
    const old = await asked(scans.index("token").getAll(token));
    const isSent = old.every((scan) => scan.state !== "waiting");
    if (isSent) {
      for (const scan of old) scans.delete(scan.nonce);
      transaction.objectStore("packages").delete(token);
    }
    await finished(transaction);
    this.channel.postMessage("changed");
    return isSent;
  }

  // After its end a roster holds nobody any more; what waits is still sent.
  async forget(now) {
    for (const found of await this.packages()) {
      if (Date.parse(found.expires_at) > now + found.offset) continue;
      if (!(await this.drop(found.token)) && found.people.length) await this.keepPackage({ ...found, people: [] });
    }
  }
}
