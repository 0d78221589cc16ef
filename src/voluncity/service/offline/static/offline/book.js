// The page of check-in without network. The page itself holds nobody's data: rosters and scans
// are in the browser's database, and the page is drawn from them.

const MOST_SHOWN = 60;
const PAGE_CACHE = "voluncity-book";
const JUST_NOW_MS = 60_000;
const OLD_MS = 60_000; // taken anew where there is a network: it belongs to who is signed in
const WAY = { in: "签到", out: "签退" };

const { dataset } = document.body;
const [{ Store }, { Camera, readCard }, { Sender, LOGIN, post }] = await Promise.all([
  import(dataset.store),
  import(dataset.cards),
  import(dataset.sending),
]);

const at = (id) => document.getElementById(id);
const store = await Store.open();
const sender = new Sender(store, dataset.upload, showSending);
let roster = null;
let records = [];
let camera = null;

// ---- whose the rosters are: without network nobody can be asked, but who signs in or out is noted
const holder = () => /(?:^|; )holder=([0-9a-f]+)/.exec(document.cookie)?.[1] ?? "";
const isMine = (found) => Boolean(found.owner) && found.owner === holder();
const ownerOf = (found) => found.leader ?? "别的负责人";

// ---- words and time -----------------------------------------------------------------------
const now = () => Date.now() + (roster?.offset ?? 0);
const clock = (instant) => new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" }).format(instant);

function say(words, tone) {
  const box = at("say");
  box.hidden = false;
  box.dataset.tone = tone;
  box.textContent = words;
}

function showSending(words, kind) {
  at("sending").textContent = words;
  at("sending").hidden = !words;
  if (kind === LOGIN) {
    const link = document.createElement("a");
    link.className = "btn btn--primary btn--block";
    link.href = `${dataset.login}?next=${encodeURIComponent(location.pathname + location.hash)}`;
    link.textContent = "登录后上传";
    at("sending").append(link);
  }
  refresh();
}

// ---- who is where ----------------------------------------------------------------------------
const live = (scan) => scan.state === "waiting" || scan.state === "accepted";

function standing(person) {
  const own = records.filter((scan) => scan.signup === person.signup && live(scan)).sort((a, b) => a.at - b.at);
  const last = own.at(-1);
  if (last) return { direction: last.direction, when: last.at + roster.offset };
  if (person.out_at) return { direction: "out", when: Date.parse(person.out_at) };
  return person.in_at ? { direction: "in", when: Date.parse(person.in_at) } : { direction: "", when: 0 };
}

function problemOf(person, direction) {
  const { direction: last, when } = standing(person);
  const shift = roster.shifts.find((one) => one.id === person.shift);
  if (now() < Date.parse(shift.opens_at)) return `还没到签到时间，${clock(Date.parse(shift.opens_at))} 起可以签到。`;
  if (direction === "in" && now() >= Date.parse(shift.ends_at)) return "这个班次已经结束，不能再签到。";
  if (now() > Date.parse(shift.closes_at)) return "签退时间已过，时长请补登记。";
  if (last === direction) return `已经在 ${clock(when)} ${WAY[direction]}，不用再点。`;
  if (direction === "out" && !last) return "还没有签到，请先签到。";
  return last && now() - when < JUST_NOW_MS ? `一分钟前刚${WAY[last]}，请稍等再点。` : "";
}

// ---- write down, then send ---------------------------------------------------------------------
async function keep(direction, person, code, volunteer) {
  if (!isMine(roster)) return location.reload(); // somebody else has signed in meanwhile, or nobody is
  if (now() > Date.parse(roster.expires_at)) return say("这份名单已经过期，请联网重新下载。", "bad");
  const problem = person ? problemOf(person, direction) : "";
  if (problem) return say(`${person.name}：${problem}`, "bad");
  const scan = {
    nonce: crypto.randomUUID().replaceAll("-", ""),
    token: roster.token,
    direction,
    at: Date.now(),
    signup: person?.signup ?? null,
    code: code ?? "",
    name: person?.name ?? "名单外的志愿者",
    tail: person?.tail ?? "",
    volunteer: volunteer ?? null,
    state: "waiting",
  };
  await store.keepScan(scan, roster);
  say(person ? `${person.name} ${WAY[direction]} ${clock(now())}` : "名单里没有这位，已记下，联网后核对。", person ? "good" : "bad");
  await refresh();
  sender.soon(300);
  return undefined;
}

const way = () => document.querySelector("input[name=direction]:checked").value;

async function scanned(text) {
  const read = await readCard(text, roster, now());
  if (read.problem) return say(read.problem, "bad");
  const twice = records.some((scan) => !read.person && scan.volunteer === read.volunteer && scan.state === "waiting" && Date.now() - scan.at < JUST_NOW_MS);
  return twice ? undefined : keep(way(), read.person, text.trim(), read.volunteer);
}

function typed(event) {
  event.preventDefault();
  const digits = at("number").value.normalize("NFKC").replace(/\D/g, "");
  if (digits.length < 4) return say("请输入志愿者编号，至少后四位数字。", "bad");
  const found = roster.people.filter((one) => one.tail.endsWith(digits.slice(-6)));
  if (!found.length) return say("名单里没有这个编号，请核对；新来的志愿者请联网后代为报名。", "bad");
  if (new Set(found.map((one) => one.volunteer)).size > 1 || found.length > 1) {
    at("filter").value = digits.slice(-6);
    drawPeople();
    return say("对上的不止一位，请在下面的名单里点。", "bad");
  }
  at("number").value = "";
  return keep(way(), found[0]);
}

// ---- drawing ------------------------------------------------------------------------------------
function row(kind, name, hint) {
  const item = at(`row-${kind}`).content.firstElementChild.cloneNode(true);
  item.querySelector("[data-name]").textContent = name;
  item.querySelector("[data-hint]").textContent = hint;
  return item;
}

function personRow(person) {
  const { direction, when } = standing(person);
  const shift = roster.shifts.find((one) => one.id === person.shift);
  const state = direction ? `${WAY[direction]} ${clock(when)}` : "未到";
  const item = row("person", person.name, `尾号 ${person.tail} · ${shift.name} · ${state}`);
  const button = item.querySelector("button");
  const next = direction === "in" ? "out" : "in";
  button.textContent = direction === "out" ? "回来签到" : WAY[next];
  button.hidden = next === "in" && now() >= Date.parse(shift.ends_at);
  button.setAttribute("aria-label", `${person.name} 尾号 ${person.tail} ${button.textContent}`);
  button.addEventListener("click", () => keep(next, person));
  return item;
}

function drawPeople() {
  const asked = at("filter").value.trim().normalize("NFKC");
  const found = roster.people.filter((one) => one.name.includes(asked) || one.tail.includes(asked));
  at("people").replaceChildren(...found.slice(0, MOST_SHOWN).map(personRow));
  at("more").hidden = found.length <= MOST_SHOWN;
  at("more").textContent = `还有 ${found.length - MOST_SHOWN} 人，请输入姓名或编号来找。`;
}

function recordRow(scan) {
  const state = scan.state === "waiting" ? "待上传" : scan.label;
  const hint = `${WAY[scan.direction]} ${clock(scan.at + roster.offset)}${scan.sentence ? ` · ${scan.sentence}` : ""}`;
  const item = row("record", scan.tail ? `${scan.name}（${scan.tail}）` : scan.name, hint);
  const mark = item.querySelector("[data-state]");
  mark.textContent = state;
  mark.dataset.tone = scan.state;
  return item;
}

function drawNet(waiting) {
  const net = at("net");
  const offline = !navigator.onLine;
  net.dataset.tone = offline ? "offline" : waiting ? "waiting" : "good";
  const queue = waiting ? `${waiting} 条待上传` : "没有待上传的记录";
  net.textContent = offline ? `没有网络，可以照常签到。${queue}。` : waiting ? `有网络，${queue}。` : "有网络，记录已全部上传。";
}

async function refresh() {
  const all = await store.packages();
  const counts = await Promise.all(all.map(async (one) => (await store.waiting(one.token)).length));
  const waiting = counts.reduce((sum, one) => sum + one, 0);
  drawNet(waiting);
  if (!roster) return;
  records = await store.scans(roster.token);
  const own = records.filter((scan) => scan.state === "waiting").length;
  at("waiting").textContent = own ? `${own} 条待上传` : records.length ? "全部已上传" : "还没有记录";
  at("send").disabled = !own;
  at("records").replaceChildren(...[...records].sort((a, b) => b.at - a.at).slice(0, MOST_SHOWN).map(recordRow));
  drawPeople();
}

// Somebody else's: no name, no scan; what waits in it is sent when its owner is back.
async function drawClosed(found) {
  const waiting = (await store.waiting(found.token)).length;
  at("closed").hidden = false;
  at("closed-title").textContent = `这份名单是${ownerOf(found)}的`;
  at("closed-waiting").textContent = waiting ? `里面还有 ${waiting} 条待上传的记录，${ownerOf(found)}登录后会自动上传。` : "";
  at("closed-login").href = `${dataset.login}?next=${encodeURIComponent(location.pathname + location.hash)}`;
}

function drawNone(all) {
  at("none").hidden = false;
  at("kept").replaceChildren(
    ...all.map((one) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.className = "cell";
      link.href = `#${one.activity.id}`;
      link.textContent = isMine(one) ? one.activity.name : `${one.activity.name}（${ownerOf(one)}的名单）`;
      item.append(link);
      return item;
    }),
  );
}

async function drawDesk() {
  at("desk").hidden = false;
  at("activity").textContent = roster.activity.name;
  const until = new Date(roster.expires_at);
  at("facts").textContent = `名单 ${roster.people.length} 人，${until.getMonth() + 1}月${until.getDate()}日 ${clock(until)} 前有效；由${roster.leader ?? "负责人"}下载，记录须由本人登录后上传。`;
  const first = roster.shifts[0];
  const isLate = now() > (Date.parse(first.starts_at) + Date.parse(first.ends_at)) / 2;
  document.querySelector(`input[name=direction][value=${isLate ? "out" : "in"}]`).checked = true;
  at("back").href = dataset.back.replace("/0/", `/${roster.activity.id}/`);
  const works = await Camera.works();
  at("scan").hidden = !works;
  at("hint").textContent = works ? "" : "这台设备的浏览器不能离线识别二维码，请输入编号，或在名单里点。";
  if (works) camera = new Camera(document.querySelector("#camera video"), scanned);
}

// ---- the roster comes with the network, the page stays without it --------------------------------
async function take(activity) {
  const before = Date.now();
  const { ok, content } = await post(dataset.take.replace("/0/", `/${activity}/`), {});
  if (!ok || !content) throw new Error(content?.error?.sentence ?? "请先登录，再下载名单。");
  const offset = content.now - Math.round((before + Date.now()) / 2);
  const old = (await store.packages()).filter((one) => one.activity.id === activity);
  await store.keepPackage({ ...content, offset, taken_at: Date.now() });
  for (const one of old) await store.drop(one.token);
}

async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(dataset.sw);
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((one) => one.href);
  files.push(document.querySelector("script[src]").src, dataset.store, dataset.sending, dataset.cards, location.pathname);
  await (await caches.open(PAGE_CACHE)).addAll(files);
  await navigator.serviceWorker.ready;
  document.body.dataset.kept = "1";
}

async function open() {
  const activity = Number(location.hash.slice(1));
  await store.forget(Date.now());
  if (navigator.onLine) keepPage().catch(() => say("这个浏览器不能离线保存本页。没有网络时，请不要关闭它。", "bad"));
  let all = await store.packages();
  const isOld = (one) => Date.now() - one.taken_at > OLD_MS;
  const known = all.find((one) => one.activity.id === activity && isMine(one));
  const isBusy = known && (await store.waiting(known.token)).length > 0;
  if (activity && navigator.onLine && (!known || (isOld(known) && !isBusy))) {
    await take(activity).catch((problem) => say(problem instanceof TypeError || problem.name === "TimeoutError" ? "没有连上服务器，先用这台设备上的名单。" : problem.message, "bad"));
    all = await store.packages();
  }
  const here = all.filter((one) => one.activity.id === activity).sort((a, b) => b.taken_at - a.taken_at);
  roster = here.find(isMine) ?? null;
  if (roster) await drawDesk();
  else if (here.length) await drawClosed(here[0]);
  else drawNone(all);
  await refresh();
  sender.soon(0);
}

at("scan").addEventListener("click", async () => {
  at("camera").hidden = false;
  await camera.start().catch(() => {
    at("camera").hidden = true;
    say("打不开相机。请允许使用相机，或输入编号。", "bad");
  });
});
at("typed").addEventListener("submit", typed);
at("filter").addEventListener("input", drawPeople);
at("send").addEventListener("click", () => sender.now());
at("drop").addEventListener("click", async () => {
  if (await store.drop(roster.token)) location.replace(location.pathname);
  else say("还有记录没有上传，不能删除。", "bad");
});
addEventListener("hashchange", () => location.reload());
addEventListener("online", refresh);
addEventListener("offline", refresh);
store.onChange(refresh);
await open();
document.body.dataset.ready = "1";
