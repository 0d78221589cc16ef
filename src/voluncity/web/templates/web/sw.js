{% load static %}// Keeps the look of the site and one offline page; never keeps anybody's data. The page of
// check-in without network puts itself, empty as it is, and its files into BOOK.
const SHELL = "voluncity-{{ release|default:'1' }}";
const FILES = ["{% static 'voluncity/css/app.css' %}", "{% static 'voluncity/js/app.js' %}", "{% static 'voluncity/img/logo.svg' %}", "{{ offline_url|default:'/offline' }}"];
const BOOK = "voluncity-book";

addEventListener("install", (event) => event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => skipWaiting())));
addEventListener("activate", (event) =>
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL && name !== BOOK).map((name) => caches.delete(name)))).then(() => clients.claim()),
  ),
);
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (isOurs(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => file(request)));
});

const isOurs = (path) => FILES.includes(path) || path.includes("/offline/");
// Where the network is there but answers nobody, the page that was put away comes after a while.
const PATIENCE_MS = 4000;
const page = async (request) => {
  const answer = fetch(request).catch(() => kept(request));
  const book = await caches.match(request, { cacheName: BOOK, ignoreSearch: true, ignoreVary: true });
  return book ? Promise.race([answer, new Promise((done) => setTimeout(done, PATIENCE_MS, book))]) : answer;
};
// A page that was put away for this, else the one that says that there is no network.
const kept = async (request) => (await caches.match(request, { cacheName: BOOK, ignoreSearch: true, ignoreVary: true })) ?? caches.match(FILES.at(-1));
const file = async (request) => (await caches.match(request, { ignoreVary: true })) ?? Response.error();
