// Switches language and theme, and opens the evidence of a number beside the text. It draws and never computes.
(function () {
  "use strict";
  var root = document.documentElement;
  var asked = new URLSearchParams(location.search);
  var drawer = document.getElementById("drawer");
  var cameFrom = null;

  function remembered(key) { try { return localStorage.getItem("perpetuum." + key); } catch (_) { return null; } }
  function remember(key, value) { try { localStorage.setItem("perpetuum." + key, value); } catch (_) { /* no store */ } }

  function speak(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-Hant" : "en";
    document.title = root.dataset["title" + (language === "zh" ? "Zh" : "En")];
  }
  function paint(theme) { if (theme) root.dataset.theme = theme; else delete root.dataset.theme; }
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  speak(asked.get("lang") || remembered("lang") || root.dataset.lang);
  paint(asked.get("theme") || remembered("theme"));

  document.getElementById("language").addEventListener("click", function () {
    var next = root.dataset.lang === "zh" ? "en" : "zh";
    remember("lang", next);
    speak(next);
  });
  document.getElementById("theme").addEventListener("click", function () {
    var next = isDark() ? "light" : "dark";
    remember("theme", next);
    paint(next);
  });

  function close() {
    if (drawer.hidden) return;
    drawer.hidden = true;
    if (cameFrom) cameFrom.focus();
  }
  document.getElementById("close").addEventListener("click", close);
  addEventListener("keydown", function (event) { if (event.key === "Escape") close(); });

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a.n");
    if (!link) return;
    var entry = document.getElementById(link.getAttribute("href").slice(1));
    if (!entry) return;
    event.preventDefault();
    cameFrom = link;
    var list = document.getElementById("shown");
    list.replaceChildren();
    entry.querySelectorAll("[data-claim]").forEach(function (mention) {
      var claim = document.getElementById(mention.dataset.claim);
      if (!claim) return;
      var copy = claim.cloneNode(true);
      copy.removeAttribute("id");
      var role = mention.querySelector(".role");
      if (role) copy.prepend(role.cloneNode(true));
      list.append(copy);
    });
    drawer.hidden = false;
    drawer.scrollTop = 0;
    document.getElementById("close").focus();
  });

  var links = Array.from(document.querySelectorAll("header nav a"));
  if ("IntersectionObserver" in window) {
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        links.forEach(function (link) {
          if (link.hash === "#" + entry.target.id) link.setAttribute("aria-current", "true");
          else link.removeAttribute("aria-current");
        });
      });
    }, { rootMargin: "-20% 0px -70% 0px" });
    document.querySelectorAll("main section").forEach(function (section) { seen.observe(section); });
  }
})();
