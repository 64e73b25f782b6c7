"""What a person decided: names, roles, kinds, dates of pages, what is inside what, and what stays out."""

from __future__ import annotations

from typing import Any

NEWEST = "2026-09-16"
# Where nobody says since when a balance ran, it ran since the case begins.
BEGINNING = "1996"

# Firms: English, Chinese as used in Taiwan, roles, country. Roles are assumed: fuel sells equipment, gear builds
# a network, engine sells services on it to users, capital gives money.
FIRMS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "lucent": ("Lucent Technologies", "朗訊", ("fuel", "capital"), "US"),
    "nortel": ("Nortel Networks", "北電網路", ("fuel", "capital"), "CA"),
    "cisco": ("Cisco Systems", "思科", ("fuel", "capital"), "US"),
    "alcatel": ("Alcatel", "阿爾卡特", ("fuel", "capital"), "FR"),
    "motorola": ("Motorola", "摩托羅拉", ("fuel", "capital"), "US"),
    "nokia": ("Nokia", "諾基亞", ("fuel", "capital"), "FI"),
    "ericsson": ("Ericsson", "愛立信", ("fuel",), "SE"),
    "siemens": ("Siemens", "西門子", ("fuel",), "DE"),
    "qualcomm": ("Qualcomm", "高通", ("fuel", "capital"), "US"),
    "intel": ("Intel", "英特爾", ("fuel",), "US"),
    "oracle": ("Oracle", "甲骨文", ("fuel",), "US"),
    "360networks": ("360networks", "360networks（光纖網路）", ("gear",), "CA"),
    "advanced_radio_telecom": ("Advanced Radio Telecom", "Advanced Radio Telecom（固定無線）", ("gear",), "US"),
    "american_metrocomm": ("American MetroComm", "American MetroComm（區域電信）", ("gear",), "US"),
    "att_latin_america": ("AT&T Latin America", "AT&T 拉丁美洲", ("gear",), "US"),
    "convergence_communications": ("Convergence Communications", "Convergence Communications（寬頻）", ("gear",), "US"),
    "covad": ("Covad Communications", "Covad（DSL）", ("gear",), "US"),
    "exodus": ("Exodus Communications", "Exodus（主機代管）", ("engine",), "US"),
    "global_crossing": ("Global Crossing", "環球電訊", ("gear",), "BM"),
    "globalstar": ("Globalstar", "全球星", ("gear",), "US"),
    "icg_communications": ("ICG Communications", "ICG 通訊", ("gear",), "US"),
    "ico_global": ("ICO Global", "ICO 全球通訊", ("gear",), "GB"),
    "iridium": ("Iridium", "銥衛星", ("gear",), "US"),
    "leap_wireless": ("Leap Wireless", "Leap Wireless（行動通訊）", ("gear",), "US"),
    "liberty_media": ("Liberty Media", "自由媒體", ("capital",), "US"),
    "mcleodusa": ("McLeodUSA", "McLeodUSA（區域電信）", ("gear",), "US"),
    "metromedia_fiber": ("Metromedia Fiber Network", "Metromedia 光纖網路", ("gear",), "US"),
    "net2000": ("Net2000 Communications", "Net2000（區域電信）", ("gear",), "US"),
    "northpoint": ("NorthPoint Communications", "NorthPoint（DSL）", ("gear",), "US"),
    "nucentrix": ("Nucentrix Broadband Networks", "Nucentrix（無線寬頻）", ("gear",), "US"),
    "one_tel": ("One.Tel", "One.Tel（澳洲行動通訊）", ("gear",), "AU"),
    "orange": ("Orange", "Orange（法國電信旗下）", ("gear",), "FR"),
    "pegaso": ("Pegaso", "Pegaso（墨西哥行動通訊）", ("gear",), "MX"),
    "psinet": ("PSINet", "PSINet（網際網路服務）", ("engine",), "US"),
    "rhythms": ("Rhythms NetConnections", "Rhythms（DSL）", ("gear",), "US"),
    "sprint_pcs": ("Sprint PCS", "Sprint PCS（行動通訊）", ("gear",), "US"),
    "st_telemedia": ("ST Telemedia", "新加坡科技電信媒體", ("capital",), "SG"),
    "teligent": ("Teligent", "Teligent（固定無線）", ("gear",), "US"),
    "telsim": ("Telsim", "Telsim（土耳其行動通訊）", ("gear",), "TR"),
    "velocita": ("Velocita", "Velocita（光纖網路）", ("gear",), "US"),
    "williams_communications": ("Williams Communications", "威廉斯通訊", ("gear",), "US"),
    "winstar": ("Winstar Communications", "Winstar（固定無線）", ("gear",), "US"),
    "worldcom": ("WorldCom", "世界通訊", ("gear",), "US"),
    "xo_communications": ("XO Communications", "XO 通訊", ("gear",), "US"),
}

# Pools: names, and the class of outside money. Where a firm of the case may hide inside, that is unknown.
POOLS: dict[str, tuple[str, str, str, str]] = {
    "all_customers": ("All customers of the vendor", "供應商的全部客戶", "UNKNOWN", ""),
    "all_carriers": ("All carriers that buy from the vendor", "向供應商採購的全部電信業者", "UNKNOWN", ""),
    "banks": ("Banks", "銀行團", "DEBT", ""),
    "banks_of_customers": ("Banks of the vendor's customers", "供應商客戶的往來銀行", "DEBT", ""),
    "five_other_wireless_carriers": ("Five other wireless carriers", "另五家行動業者", "UNKNOWN",
                                     "Not named by the source."),
    "european_3g_operators": ("Five European 3G operators", "五家歐洲 3G 業者", "UNKNOWN",
                              "BT Cellnet, Airtel, Xfera, T-Mobile and Cegetel; how the order was split is not known."),
    "nokia_ericsson_alcatel": ("Nokia, Ericsson and Alcatel together", "諾基亞、愛立信與阿爾卡特（合計）", "UNKNOWN",
                               "A joint amount; how the three split it is not known."),
    "nortel_lucent_cisco": ("Nortel, Lucent and Cisco together", "北電、朗訊與思科（合計）", "UNKNOWN",
                            "A joint amount; how the three split it is not known."),
    "pbl_and_news_corp": ("PBL and News Corporation together", "PBL 與新聞集團（合計）", "OUTSIDE_EQUITY",
                          "A joint amount; how the two split it is not known."),
}  # fmt: skip

# Names that are short enough for a sentence.
SHORT: dict[str, tuple[str, str]] = {
    "lucent": ("Lucent", "朗訊"), "nortel": ("Nortel", "北電"), "cisco": ("Cisco", "思科"),
    "winstar": ("Winstar", "Winstar"), "american_metrocomm": ("American MetroComm", "American MetroComm"),
    "metromedia_fiber": ("Metromedia Fiber", "Metromedia 光纖"), "all_customers": ("all its customers", "全部客戶"),
    "all_carriers": ("carriers", "電信業者"), "banks": ("banks", "銀行團"),
    "banks_of_customers": ("banks of its customers", "客戶的往來銀行"),
    "five_other_wireless_carriers": ("five other wireless carriers", "另五家行動業者"),
    "european_3g_operators": ("five European operators", "五家歐洲業者"),
    "nokia_ericsson_alcatel": ("Nokia, Ericsson and Alcatel", "諾基亞、愛立信與阿爾卡特"),
    "nortel_lucent_cisco": ("Nortel, Lucent and Cisco", "北電、朗訊與思科"),
    "pbl_and_news_corp": ("PBL and News Corporation", "PBL 與新聞集團"),
}  # fmt: skip
PLURAL = {"banks", "nokia_ericsson_alcatel", "nortel_lucent_cisco", "pbl_and_news_corp", "european_3g_operators"}

KINDS = {
    "vendor_loan_facility": "loan", "vendor_loan_portfolio": "loan", "vendor_guarantee_portfolio": "guarantee_call",
    "equity_investment": "equity_investment", "purchase_commitment": "equipment_sale", "bank_loan": "loan",
    "bank_credit_line": "loan",
}  # fmt: skip
TEMPLATES = {
    "vendor_loan_facility": ("{a} lend{s} to {b}", "{a}貸款給{b}"),
    "vendor_loan_portfolio": ("{a}'s loans to {b}", "{a}對{b}的貸款"),
    "vendor_guarantee_portfolio": ("{a}'s guarantees to {b}", "{a}對{b}的擔保"),
    "equity_investment": ("{a} invest{s} in {b}", "{a}投資{b}"),
    "purchase_commitment": ("{a} order{s} equipment from {b}", "{a}向{b}訂購設備"),
    "bank_loan": ("{a} lend{s} to {b}", "{a}貸款給{b}"),
    "bank_credit_line": ("{a} give{s} {b} a credit line with conditions", "{a}給予{b}附條件的信用額度"),
}
WORDS = {
    "vendor_loan_facility": "loan", "vendor_loan_portfolio": "loans", "vendor_guarantee_portfolio": "guarantees",
    "equity_investment": "equity", "purchase_commitment": "order", "bank_loan": "bank-loan",
    "bank_credit_line": "credit-line",
}  # fmt: skip
STORIES = {
    "lucent-book": ("HT001", "HT003", "HT004", "HT005", "HT006", "HT007", "HT033"),
    "cisco-velocita": ("HT014", "HT015", "HT016"),
    "orange-3g": ("HT023", "HT024"),
    "telsim": ("HT021", "HT022"),
    "qualcomm-borrowers": ("HT027", "HT028"),
    "vendors-borrow": ("HT034", "HT035"),
}
# One chain: the book of the year before is replaced by that of the year.
SUPERSEDES = {"HT005": ("HT007", "replaces")}

# Money that stands inside another leg: (why, of which legs, in whose words).
_BOOK = "Inside the vendor's whole book of customer financing (assumed): the two must not be added."
APART: dict[str, tuple[str, tuple[str, ...], str]] = {
    "HT001": ("part_of", ("HT005",), _BOOK), "HT003": ("part_of", ("HT005",), _BOOK),
    "HT004": ("part_of", ("HT005",), _BOOK), "HT033": ("part_of", ("HT005",), _BOOK),
    "HT009": ("part_of", ("HT008",), _BOOK), "HT010": ("part_of", ("HT008",), _BOOK),
    "HT011": ("part_of", ("HT008",), _BOOK),
    "HT002": ("part_of", ("HT012",), _BOOK), "HT017": ("part_of", ("HT012",), _BOOK),
    "HT018": ("part_of", ("HT012",), _BOOK), "HT019": ("part_of", ("HT012",), _BOOK),
    "HT013": ("part_of", ("HT012",), "What was drawn of the vendor's whole book, by a reader's arithmetic."),
    "HT031": ("stake_value", (), "1.4bn is what the stake was once worth, no payment."),
}  # fmt: skip

# The bound of a headline, where the words are not exact.
BOUNDS = {"HT019": "up to ", "HT013": "about ", "HT022": "at least "}
# The firm part, where it is another than the headline; none where nothing was promised.
FIRM: dict[str, str | None] = {"HT019": "0.014", "HT031": None}
# Another reading of the same headline.
RIVALS: dict[str, tuple[tuple[str, str], ...]] = {"HT021": (("2.0", "highest"),)}
# What was drawn, and at which date or over which time it is told.
DRAWN_AT = {
    "HT001": "2001-04-16", "HT003": "1997-05..1998-06-30", "HT004": f"{BEGINNING}..1998-06-30",
    "HT005": f"{BEGINNING}..2000-09-30", "HT006": f"{BEGINNING}..2000-09-30", "HT007": f"{BEGINNING}..1999-09-30",
    "HT013": f"{BEGINNING}..2000-10-28", "HT014": "2001-04", "HT021": "2001-04", "HT022": "2001-04",
    "HT028": f"{BEGINNING}..2002-09-30", "HT029": f"{BEGINNING}..1999-08-13", "HT032": "1999", "HT036": "2003-12",
}  # fmt: skip

_STOOD = "it stood by this date; when it was agreed is not known"
_ASSUMED_KNOWN = "no page of the time is on record: assumed to be known {days} days after the period"
_LATE = "dated only by its year: it may have come after the cut-off"
# What happened to each leg, in order: (word, date, note). The first announcement says since when it was known.
EVENTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "HT001": (("announced", "1998-10", ""), ("signed", "1998-10", ""),
              ("defaulted", "2001-04-16", "by notice of the lender"),
              ("defaulted", "2001-04-18", "by the day of the filing")),
    "HT002": (("defaulted", "2001-04-18", _STOOD),),
    "HT003": (("announced", "1997-05", ""), ("signed", "1997-05", "")),
    "HT004": (("signed", "1998-06-30", _STOOD), ("announced", "1998-10", "")),
    "HT005": (("signed", "2000-09-30", "the book at the end of the fiscal year"), ("announced", "2000-12-29", "")),
    "HT006": (("signed", "2000-09-30", "the book at the end of the fiscal year"), ("announced", "2000-12-29", "")),
    "HT007": (("signed", "1999-09-30", "the book at the end of the fiscal year"),
              ("announced", "1999-12-14", _ASSUMED_KNOWN.format(days=75))),
    "HT008": (("signed", "2000-12-31", "the book at the end of the year"),
              ("announced", "2001-03-16", _ASSUMED_KNOWN.format(days=75))),
    "HT009": (("announced", "1998", ""), ("signed", "1998", "")),
    "HT010": (("impaired", "2002-04", "a payment of interest was missed"),),
    "HT011": (("amended", "2002-03", "the borrower asked for a looser covenant"),),
    "HT012": (("signed", "2000-12-31", "promised in the second half of the year"),
              ("announced", "2001-02-14", _ASSUMED_KNOWN.format(days=45))),
    "HT013": (("paid", "2000-10-28", "outstanding at the close of the fiscal quarter"),
              ("announced", "2000-12-15", "")),
    "HT014": (("announced", "2001-04", ""), ("done", "2001-04", ""), ("impaired", "2002-05", "lost in the bankruptcy")),
    "HT015": (("announced", "2001-04", ""), ("signed", "2001-04", ""), ("defaulted", "2002-05", "")),
    "HT016": (("announced", "2001-04", ""), ("signed", "2001-04", ""),
              ("ended", "2002-05", "not completed: the buyer had failed")),
    "HT017": (("defaulted", "2003-05-25", "it had failed by this date; when is not known"),),
    "HT018": (("announced", "2000", _LATE), ("signed", "2000", "")),
    "HT019": (("announced", "2000", _LATE), ("signed", "2000", "")),
    "HT020": (("announced", "1998", ""), ("signed", "1998", "")),
    "HT021": (("announced", "1998-04", ""), ("signed", "1998-04", ""), ("defaulted", "2001-04", "")),
    "HT022": (("announced", "1998", ""), ("signed", "1998", ""), ("defaulted", "2001-04", "")),
    "HT023": (("announced", "2001-04", ""), ("signed", "2001-04", "")),
    "HT024": (("announced", "2001-04", ""), ("signed", "2001-04", "")),
    "HT025": (("announced", "2001-04", ""), ("signed", "2001-04", "")),
    "HT026": (("announced", "2002-01-10", ""), ("signed", "2002-01-10", "")),
    "HT027": (("defaulted", "2001-01-15", "payments were suspended"),),
    "HT028": (("defaulted", "2001-10-31", "the bridge loan"),
              ("cured", "2002-09-30", "a stronger firm bought 65 % of the borrower; the interim loans were repaid")),
    "HT029": (("defaulted", "1999-08-13", ""),),
    "HT030": (("announced", "2000", _LATE), ("signed", "2000", ""), ("defaulted", "2001-05-21", "")),
    "HT031": (("impaired", "2001-05-04", "sold at a loss of 97 %"),),
    "HT032": (("done", "1999", ""), ("impaired", "2001-05-30", "lost in the bankruptcy")),
    "HT033": (("defaulted", "2001-05-30", ""),),
    "HT034": (("announced", "2001-02-23", ""), ("signed", "2001-02-23", ""),
              ("amended", "2001-02-23", "with new conditions")),
    "HT035": (("signed", "2001-06", ""), ("announced", "2001-12", ""), ("amended", "2001-12", "reduced from 2bn USD")),
    "HT036": (("announced", "2003-12", ""), ("done", "2003-12", "")),
}  # fmt: skip
# The page that stands behind one event, where it is another than the leg's own: (leg, date).
EVENT_PAGES = {
    ("HT001", "2001-04-18"): ("http://www.greenspun.com/bboard/q-and-a-fetch-msg.tcl?msg_id=0052Yw",
                              "AP (repost): Winstar files for bankruptcy and sues Lucent", "2001-04", 3),
}  # fmt: skip
SCHEDULES = {
    "HT016": ("2001-04", "2003-04"), "HT034": ("2001-02", "2002-02"), "HT035": ("2001-06", "2002-12-13"),
}  # fmt: skip
CONTINGENT: dict[str, dict[str, Any]] = {
    "HT006": {"cap": "1.4bn USD", "when": {"default": "all_customers"}, "form": "payment",
              "says": "Pays the bank where a customer does not; 0.77bn of bank loans stood under it."},
}  # fmt: skip
SHARES = {"HT032": "41 %", "HT036": "61.5 %"}
# Further legs that stand in the words of a row.
HIDDEN: dict[str, dict[str, Any]] = {
    "HT018": {"id": "HT018_order", "kind": "equipment_sale", "payer": "nucentrix", "payee": "cisco",
              "says": "at least 13m USD",
              "note": "The purchase that the loan is given for, due by the end of 2001; the loan is 125 % of it."},
}  # fmt: skip
NOTES: dict[str, str] = {
    "HT001": "Lent for five years to buy the lender's equipment; at first at most 0.5bn was to be outstanding at a"
             " time. 0.7bn is what was owed at the default, not what had been drawn before. The borrower says that the"
             " lender"
             " kept back 0.09bn due on 2001-03-30.",
    "HT002": "A figure of the press; the lender later called it a lease that counts as a sale, fully reserved.",
    "HT003": "Drawn by 1998-06-30: 3 % of the headline. Unknown since.",
    "HT004": "Drawn by 1998-06-30: 1 % of the headline. Unknown since. The five are not named.",
    "HT005": "The whole book of loans at the end of fiscal 2000. Do not add it to single loans of this lender.",
    "HT006": "With the loans this makes the often quoted 8.1bn. 0.77bn is what customers owed their banks under it:"
             " the guarantor had paid nothing of that, as far as is known.",
    "HT007": "Loans drawn at the end of fiscal 1999; what had been promised then is not known.",
    "HT008": "A secondary page calls it loans extended; how much was drawn was not found.",
    "HT010": "An interest payment of 8.1m USD was missed; the size of the loan was not found.",
    "HT011": "A covenant of debt against earnings was to be loosened; the size of the loan was not found.",
    "HT012": "Promised in the second half of 2000; about 1bn USD was still available in September 2002.",
    "HT013": "Not reported: a reader took a reserve of 0.275bn for about 40 % of the loans. A weak source.",
    "HT015": "To buy the lender's equipment. Beside it stand 0.2bn of equity and an order of 0.225bn.",
    "HT016": "Over two years.",
    "HT017": "The lender advanced money while the borrower was interviewing bankruptcy lawyers.",
    "HT018": "Given for an order of at least 13m USD by the end of 2001: 125 % of it. Undrawn at the end of 2000.",
    "HT019": "14m USD are firm; up to 175m USD on conditions.",
    "HT020": "For a turnkey network in 17 cities.",
    "HT021": "Secured on shares that were later diluted from 66 % to 22 % of the borrower. Claims of 1.8bn to 2bn by"
             " source; a court awarded 2.1bn in damages and as much again as a penalty in 2003.",
    "HT022": "More than 0.7bn claimed.",
    "HT023": "A joint loan in return for orders of networks: 150 % of the order. The split among the three is not"
             " known.",
    "HT024": "French, German and British 3G networks.",
    "HT025": "Said to be mostly without credit from the vendor.",
    "HT026": "Takes in 0.07bn of earlier bridge loans: vendors lent on after the crash.",
    "HT027": "Net assets tied to the borrower. With a partner it was owed 1.3bn of about 3bn of debt.",
    "HT028": "Receivables at 2002-09-30, of which 0.413bn a bridge loan in default since 2001-10-31. A takeover cured"
             " it: a default need not be a loss.",
    "HT029": "The largest shareholder was also the supplier.",
    "HT030": "Three banks: Chase, Goldman Sachs and Toronto Dominion.",
    "HT031": "A stake once worth 1.4bn was swapped for shares worth 37.5m USD.",
    "HT032": "41 % of the shares.",
    "HT033": "What the creditor claims. Another page says that the claim fell from A$0.6bn to A$0.05bn because the"
             " creditor held title to the unfinished network; in Australian dollars, not converted.",
    "HT034": "The vendor became a borrower with conditions: loss before interest, tax and depreciation of at most"
             " 2.35bn in six months, then a profit of at least 1.4bn in twelve. 2.5bn were to move to a unit spun off.",
    "HT035": "Conditions: cumulative loss of at most 0.5, 0.65 and 0.7bn in the first three quarters of 2002, and"
             " 0.35bn for the year.",
    "HT036": "61.5 % of the shares after the bankruptcy; debt was cut from about 11bn to 0.2bn.",
}  # fmt: skip

# ---- pages

TIER_1 = {"sec.gov"}
TIER_2 = {
    "rcrwireless.com", "eweek.com", "latimes.com", "itworldcanada.com", "lightreading.com",
    "articles.chicagotribune.com",
    "theengineer.co.uk", "cnet.com", "internetnews.com", "edition.cnn.com", "money.cnn.com", "washingtonpost.com",
    "washingtontimes.com", "industryweek.com", "derstandard.at", "berkeleydailyplanet.com", "eandt.theiet.org",
    "itworld.com", "amp.cbc.ca", "ciol.com", "lightwaveonline.com", "investmentexecutive.com",
}  # fmt: skip
PUBLISHERS = {
    "rcrwireless.com": "RCR Wireless", "eweek.com": "eWeek", "latimes.com": "Los Angeles Times",
    "itworldcanada.com": "IT World Canada", "lightreading.com": "Light Reading", "cnet.com": "CNET",
    "articles.chicagotribune.com": "Chicago Tribune", "theengineer.co.uk": "The Engineer", "ciol.com": "CIOL",
    "internetnews.com": "InternetNews", "edition.cnn.com": "CNN", "si.frajer.net": "a copy of a forum",
}  # fmt: skip

# When a page of the series appeared, as far as its address, its title or the table of deals says so.
PUBLISHED: dict[str, str] = {
    "https://si.frajer.net/goback.aspx?msgnum=164&subjectid=50488": "2000-12-29",
    "https://www.latimes.com/archives/la-xpm-2000-dec-29-fi-6042-story.html": "2000-12-29",
    "https://si.frajer.net/readmsg.aspx?msgid=15044120": "2000-12-15",
    "https://www.latimes.com/archives/la-xpm-2001-may-22-fi-942-story.html": "2001-05-22",
    "http://www.greenspun.com/bboard/q-and-a-fetch-msg.tcl?msg_id=0052Yw": "2001-04",
    "http://edition.cnn.com/2001/BUSINESS/asia/07/24/aust.onetel.biz/index.html": "2001-07-24",
    "https://www.washingtontimes.com/news/2002/jan/29/20020129-035202-8568r/": "2002-01-29",
    "https://berkeleydailyplanet.com/issue/2002-01-18/article/9620?headline=Nortel-posts-27.3-billion-loss-in-2001--Staff":
        "2002-01-18",
    "http://money.cnn.com/2002/07/19/news/worldcom_bankruptcy/": "2002-07-19",
    "https://www.washingtonpost.com/archive/business/2002/10/24/lucent-ends-dismal-year/17eab549-4efe-4391-9927-7e25af7d70af/":
        "2002-10-24",
    "http://www.latimes.com/business/la-fi-cisco25may25,1,1638326.story": "2003-05-25",
    "https://www.fool.com/investing/small-cap/2006/11/28/the-rest-of-the-lucent-lesson.aspx": "2006-11-28",
    "https://eandt.theiet.org/content/articles/2009/03/into-the-darkness/": "2009-03",
    "https://hackersqueeze.com/articles/circular-financing-does-nvidia-s-110b-bet-echo-the-telecom-bubble-770":
        "2025-10-03",
    "https://www.sec.gov/Archives/edgar/data/858877/000109581101505065/f75710ex13.txt": "2001",
    "http://www.sec.gov/Archives/edgar/data/858877/000089161802004345/f84358exv13.htm": "2002",
    "https://www.sec.gov/Archives/edgar/data/72911/000095012302000525/y56653ex99-2.txt": "2002",
    "https://companiesmarketcap.com/nortel-networks/sec-reports-10k/0001130319-02-000168": "2002",
}  # fmt: skip

# ---- series

REMEMBERED = {"from_memory", "from_memory_odlyzko"}
MEMORY = "Remembered by whoever made the table; found on no page"
# Words of the column `status` that say more than how a number is known: (status, bound, what to note).
STATUS: dict[str, tuple[str, str, str]] = {
    "reported": ("reported", "", ""),
    "secondary": ("reported", "", "a secondary page"),
    "estimated": ("estimated", "about", ""),
    "from_memory": ("reported", "", "remembered: check before quoting"),
    "from_memory_odlyzko": ("reported", "", "remembered from work by Odlyzko: check before quoting"),
    "estimated_telecom_only": ("estimated", "about", "telecom equipment only"),
    "reported_continuing_operations": ("reported", "", "continuing operations only"),
    "reported_nearly": ("reported", "about", "the page says: nearly"),
    "reported_almost": ("reported", "up to", "the page says: almost"),
    "reported_about": ("reported", "about", "the page says: about"),
    "reported_requiring_allowance": ("reported", "", "those that require an allowance"),
    "derived_8.1_over_33.8": ("estimated", "", "our arithmetic, 8.1 over 33.8; the denominator is remembered"),
    "derived_2.07_over_8.1": ("estimated", "", "our arithmetic, 2.07 over 8.1"),
    "derived_3.1_over_29.8": ("estimated", "", "our arithmetic, 3.1 over 29.8"),
    "derived_2.4_over_22.293": ("estimated", "", "our arithmetic, 2.4 over 22.293"),
}
RENAMED = {
    "revenue_quarter": "revenue", "net_loss_quarter": "net_income", "bad_debt_provision_quarter": "bad_debt_provision",
    "equipment_sales_quarter": "equipment_sales", "sales_growth_yoy": "revenue_growth",
    "inventory_growth_yoy": "inventory_growth", "receivables_growth_yoy": "receivables_growth",
    "vendor_financing_commitments_change_yoy": "vendor_financing_commitments_change",
}  # fmt: skip
# Units that become one of ours: (unit, factor).
UNITS = {
    "usd_bn": ("usd_bn", "1"), "usd": ("usd", "1"), "usd_m": ("usd_bn", "0.001"), "percent": ("pct", "1"),
    "cents_per_dollar": ("pct", "1"), "persons": ("persons", "1"), "count": ("firms", "1"), "year": ("year", "1"),
    "usd_bn_per_year": ("usd_bn", "1"),
}  # fmt: skip
# Balances at a date: their fiscal year or year becomes the quarter it ends in.
AT_A_DATE = {
    "customer_loan_commitments", "customer_loans_drawn", "customer_guarantee_commitments", "customer_guarantees_drawn",
    "vendor_financing_total_headline", "bad_debt_allowance", "bad_loan_reserve", "employees",
    "impaired_finance_receivables", "allowance_on_impaired", "vendor_financing_to_revenue",
    "vendor_financing_drawn_to_headline", "vendor_financing_commitments_change_yoy",
}  # fmt: skip
# Numbers of a firm's accounts, which it had to tell within weeks.
OF_ACCOUNTS = AT_A_DATE | {
    "revenue", "revenue_quarter", "net_income", "net_loss_quarter", "sales_growth_yoy", "inventory_growth_yoy",
    "receivables_growth_yoy", "bad_debt_written_off", "bad_debt_provision_quarter", "excess_inventory_charge",
    "equipment_sales_quarter", "revenue_share_financed", "employees_target", "telecom_revenue",
}  # fmt: skip
# A number of another page that cannot have been known before the parts it was made of.
KNOWN = {
    ("lucent", "vendor_financing_total_headline"): "2000-12-29",
    ("lucent", "vendor_financing_to_revenue"): "2000-12-29",
    ("lucent", "vendor_financing_drawn_to_headline"): "2000-12-29",
}  # fmt: skip
# Numbers that were public on their day.
OF_THE_DAY = {"share_price", "share_price_adr", "liabilities_at_filing", "assets_at_filing"}
PLANS = {"employees_target"}
PEAKS = {"carrier_revenue_growth_peak_year", "carrier_capex_peak_year"}
PEAK_NOTES = {("us_railroads_gilded_age", "capex_to_gdp"): "a peak; the year is only about right",
              ("us_telecom", "capex_to_gdp"): "a peak, as seen later"}  # fmt: skip

_AI = "of the years since 2020: it belongs to the case ai or to a comparison of the two"
_CAD = "in Canadian dollars: the tables hold no exchange rate, and two currencies are never mixed"
# Rows that do not enter, with the reason: (entity, metric, period end).
LEFT_OUT: dict[tuple[str, str, str], str] = {
    ("four_hyperscalers", "capex", "2024-12-31"): _AI, ("four_hyperscalers", "capex", "2025-12-31"): _AI,
    ("four_hyperscalers", "capex_guidance", "2026-12-31"): _AI,
    ("five_hyperscalers", "operating_cash_flow", "2020-12-31"): _AI,
    ("five_hyperscalers", "operating_cash_flow", "2025-12-31"): _AI,
    ("us_ai_infrastructure", "capex_to_gdp", "2025-12-31"): _AI,
    ("us_big_tech_capex", "capex_to_gdp", "2025-12-31"): _AI,
    ("us_information_processing_and_software", "investment_to_gdp", "2025-06-30"): _AI,
    ("nortel", "share_price_cad", "2000-07-26"): _CAD, ("nortel", "share_price_cad", "2009-06-19"): _CAD,
    ("nortel", "market_value_peak_cad", "2000-07-26"): _CAD,
}  # fmt: skip

# ---- who fell: the sector of each, by the order of the table

SECTORS = {
    "iridium": "satellite", "ico_global": "satellite", "icg_communications": "local_carrier", "northpoint": "dsl",
    "winstar": "fixed_wireless", "teligent": "fixed_wireless", "one_tel": "mobile", "psinet": "internet_provider",
    "360networks": "fibre", "rhythms": "dsl", "covad": "dsl", "exodus": "hosting", "global_crossing": "long_haul",
    "mcleodusa": "local_carrier", "williams_communications": "long_haul", "metromedia_fiber": "fibre",
    "xo_communications": "local_carrier", "worldcom": "long_distance", "leap_wireless": "mobile",
}  # fmt: skip
FALL_NOTES = {"reported_day_of_week_only": "the page gives only the day of the week",
              "reported_release_2001-06-29": "the release is of 2001-06-29"}  # fmt: skip
