{% load static %}// Keeps the look of the site and one offline page; never keeps anybody's data.
const SHELL = "voluncity-{{ release|default:'1' }}";
const FILES = ["{% static 'voluncity/css/app.css' %}", "{% static 'voluncity/js/app.js' %}", "{% static 'voluncity/img/logo.svg' %}", "{{ offline_url|default:'/offline' }}"];

addEventListener("install", (event) => event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => skipWaiting())));
addEventListener("activate", (event) =>
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))).then(() => clients.claim()),
  ),
);
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(FILES.at(-1))));
  else if (FILES.includes(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => caches.match(request)));
});
