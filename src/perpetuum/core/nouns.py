"""What a name can be the name of, as error messages say it: `openia` is not an *entity*."""

from __future__ import annotations

from perpetuum.core.text import both

NAME = both("name", "已知的名稱")
CASE = both("case", "已知的案例")
ENTITY = both("entity", "已知的個體")
ENTITY_OR_TOPIC = both("entity or topic", "已知的個體或主題")
LEG = both("leg", "已知的分項")
LEG_OF_DEAL = both("leg of this deal", "本交易的分項")
LEG_OF_CASE = both("leg of this case", "本案例的分項")
DEAL_OR_LEG = both("deal or leg", "已知的交易或分項")
SOURCE_OF_FILE = both("source of this file", "本檔案的來源")
KIND = both("kind", "已知的種類")
KIND_OF_FLOW = both("kind of flow", "已知的金流種類")
STAGE = both("stage", "已知的階段")
POLICY = both("policy", "已知的取捨規則")
QUERY = both("query", "已知的查詢")
METRIC = both("metric", "已知的指標")
UNIT = both("unit", "已知的單位")
STATUS = both("status", "已知的狀態")
FIRM_OF_NETWORK = both("firm of this network", "本網路的公司")
PAYER_OF_NETWORK = both("payer of this network", "本網路的付款者")
ENTITY_OF_NETWORK = both("entity of this network", "本網路的個體")
STEP = both("step", "已知的時間單位")
VIEW = both("view", "已知的歸屬方式")
COUNT = both("count", "已知的計入方式")
POOL_RULE = both("pool rule", "已知的資金池規則")
GAUGE = both("gauge", "已知的儀表")
PAGE = both("page", "已知的頁面")
FORMAT = both("format", "已知的檔案格式")
KEY_OF_WORDS = both("key of words.json", "字彙表 words.json 的鍵")
