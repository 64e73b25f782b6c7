"""Where a number was read: the pages of a deal, their kind, and how much they are worth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlparse

# Hosts known to be a filing, a company page or a wire (tier 1), or a known news house (tier 2).
FILING_HOSTS = {"sec.gov", "ir.amd.com", "stocktitan.net", "secwatch.observer"}
COMPANY_HOSTS = {"prnewswire.com", "investors.coreweave.com", "investors.terawulf.com"}
ANALYST_HOSTS = {"capitalaidaily.com"}
TIER_1 = FILING_HOSTS | COMPANY_HOSTS
TIER_2 = {
    "udn.com", "tomshardware.com", "channelnewsasia.com", "ifre.com", "octus.com", "sherwood.news", "the-decoder.com",
    "techzine.eu", "biznews.com", "news.bloomberglaw.com", "siliconangle.com", "ng.investing.com", "arynews.tv",
    "eu.36kr.com", "news.cnyes.com", "business-standard.com", "marketscreener.com", "nextbigfuture.com",
    "techcentral.co.za", "staging.irishtimes.com", "rcrwireless.com", "zawya.com", "app001.ftchinese.com",
    "techinformed.com", "thenews.com.pk", "fashionunited.uk", "tradingkey.com", "webpronews.com", "wokv.com",
    "benzinga.com", "5thestate.news", "inkl.com", "c114pro.com", "kuwaitweekly.com", "longbridge.com",
}  # fmt: skip
PUBLISHERS = {
    "sec.gov": "U.S. Securities and Exchange Commission", "ir.amd.com": "AMD Investor Relations",
    "stocktitan.net": "Stock Titan", "secwatch.observer": "SEC Watch", "prnewswire.com": "PR Newswire",
    "investors.coreweave.com": "CoreWeave Investor Relations", "investors.terawulf.com": "TeraWulf Investor Relations",
    "udn.com": "聯合新聞網", "tomshardware.com": "Tom's Hardware", "channelnewsasia.com": "Channel NewsAsia",
    "ifre.com": "International Financing Review", "octus.com": "Octus", "sherwood.news": "Sherwood News",
    "the-decoder.com": "The Decoder", "techzine.eu": "Techzine", "biznews.com": "BizNews",
    "news.bloomberglaw.com": "Bloomberg Law", "siliconangle.com": "SiliconANGLE", "ng.investing.com": "Investing.com",
    "arynews.tv": "ARY News", "eu.36kr.com": "36Kr", "news.cnyes.com": "鉅亨網",
    "business-standard.com": "Business Standard", "marketscreener.com": "MarketScreener",
    "nextbigfuture.com": "Next Big Future", "techcentral.co.za": "TechCentral",
    "staging.irishtimes.com": "The Irish Times", "rcrwireless.com": "RCR Wireless", "zawya.com": "Zawya",
    "app001.ftchinese.com": "FT Chinese", "techinformed.com": "TechInformed", "thenews.com.pk": "The News (Pakistan)",
    "fashionunited.uk": "FashionUnited", "tradingkey.com": "TradingKey", "webpronews.com": "WebProNews",
    "wokv.com": "WOKV", "benzinga.com": "Benzinga", "inkl.com": "inkl", "c114pro.com": "C114",
    "longbridge.com": "Longbridge", "particle.news": "Particle", "techfastforward.com": "Tech Fast Forward",
    "aiweekly.co": "AI Weekly", "wyomingstarnews.org": "Wyoming Star", "idcnova.com": "IDC Nova",
    "awesomeagents.ai": "Awesome Agents", "investorsobserver.com": "InvestorsObserver", "theoutpost.ai": "The Outpost",
    "coincentral.com": "CoinCentral", "windowsreport.com": "Windows Report", "nextfin.ai": "NextFin",
    "findarticles.com": "FindArticles", "fourweekmba.com": "FourWeekMBA", "htx.com": "HTX", "gate.com": "Gate",
    "windowsforum.com": "Windows Forum", "datastudios.org": "Data Studios", "easternherald.com": "The Eastern Herald",
    "q.futunn.com": "Futu", "qwe.edu.pl": "QWE", "pq-cybarg.github.io": "bubble-map",
}  # fmt: skip
_DATE = re.compile(r"(?<!\d)(20[12]\d)([-/]?)(0[1-9]|1[0-2])\2([0-3]\d)(?!\d)")


class Sources:
    """The pages of one file, each written once; ``known`` has titles and dates found elsewhere."""

    def __init__(self, known: Mapping[str, tuple[str, str]]) -> None:
        self.written: list[dict[str, str]] = []
        self._known = known
        self._ids: dict[tuple[str, str], str] = {}

    def add(self, url: str, title: str, published: str, tier: int, through: str = "") -> str:
        """The id of a page, new or known."""
        if not title:
            title, published = self._known.get(url) or (title_in(url), date_in(url))
        key = (url, published)
        if key not in self._ids:
            self._ids[key] = self._new_id(url, published)
            page = {"id": self._ids[key], "title": title, "kind": kind_of(url, tier), "tier": str(tier),
                    "publisher": PUBLISHERS.get(host(url), host(url)), "url": url}  # fmt: skip
            page |= {"published": published} if published else {}
            page |= {"through": through} if through else {}
            self.written.append(page)
        return self._ids[key]

    def _new_id(self, url: str, published: str) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", host(url).rsplit(".", 1)[0].lower()).strip("-") or "page"
        stem = f"{stem}-{published}" if published else stem
        taken = {page["id"] for page in self.written}
        return next(id for id in [stem, *(f"{stem}-{n}" for n in range(2, 99))] if id not in taken)


def host(url: str) -> str:
    """The host a page stands on."""
    return urlparse(url).netloc.removeprefix("www.")


def title_in(url: str) -> str:
    """What the address itself says a page is about; else only where it stands."""
    filing = re.search(r"/data/\d+/(\d{10})(\d{2})(\d{6})/", url)
    if filing:
        return f"Filing {'-'.join(filing.groups())}"
    parts = [re.sub(r"\.\w{2,4}$", "", part) for part in urlparse(url).path.split("/")]
    words = max((part.replace("_", "-").split("-") for part in parts), key=len)
    words = [word for word in words if not re.fullmatch(r"\d{5,}|[0-9a-f]{8,}|(?=\w*\d)\w{10,}", word)]
    text = " ".join(words).strip()
    return f"{text[0].upper()}{text[1:]}" if len(words) > 3 else f"Page on {host(url)}"


def date_in(url: str) -> str:
    """The day that stands in an address, if one does; an accession number gives none."""
    found = None if "sec.gov" in url else _DATE.search(urlparse(url).path)
    return "-".join((found[1], found[3], found[4])) if found else ""


def kind_of(url: str, tier: int) -> str:
    """Filing, company, analyst or news, by host."""
    name = host(url)
    for hosts, kind in ((FILING_HOSTS, "filing"), (COMPANY_HOSTS, "company"), (ANALYST_HOSTS, "analyst")):
        if name in hosts:
            return kind
    return "company" if tier == 1 else "news"


def tiers(row: Mapping[str, str]) -> dict[str, int]:
    """The tier of each page of a row, so that the best one is the row's."""
    best = int(row["best_source_tier"])
    urls = [url for url in (row["source_url"], row["second_source_url"]) if url]
    own = {url: 1 if host(url) in TIER_1 else 2 if host(url) in TIER_2 else 3 for url in urls}
    own = {url: max(tier, best) for url, tier in own.items()}
    if min(own.values()) > best:
        own[urls[0]] = best
    return own
