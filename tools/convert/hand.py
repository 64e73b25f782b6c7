"""What the research tables say in words only, entered by hand: names, triggers, exits, roles."""

from __future__ import annotations

from typing import Any

# Deal names that read better than the template, by the first version of the chain: (en, zh).
NAMES: dict[str, tuple[str, str]] = {
    "nvda_openai_2025_loi": ("NVIDIA invests in OpenAI", "輝達投資 OpenAI"),
    "nvda_openai_2024": ("NVIDIA joins OpenAI's 2024 round", "輝達參與 OpenAI 2024 年融資"),
    "nvda_openai_ohio_2026_equity": ("NVIDIA shares per GW in Ohio (talks)", "輝達按俄亥俄園區 GW 數投資（商談中）"),
    "amzn_openai_2026_round": ("Amazon invests in OpenAI", "亞馬遜投資 OpenAI"),
    "amzn_openai_2026_35obligation": ("Amazon's obligation to invest more in OpenAI", "亞馬遜加碼投資 OpenAI 的義務"),
    "sftby_openai_2026_30": ("SoftBank invests in OpenAI, 2026", "軟銀 2026 年投資 OpenAI"),
    "sftby_openai_2025_40": ("SoftBank invests in OpenAI, 2025", "軟銀 2025 年投資 OpenAI"),
    "msft_openai_2019_2023_13": ("Microsoft invests in OpenAI, 2019 to 2023", "微軟 2019 至 2023 年投資 OpenAI"),
    "msft_openai_stake_2025": ("Microsoft's stake in OpenAI", "微軟持有的 OpenAI 股份"),
    "openai_orcl_2025_300": ("OpenAI rents from Oracle", "OpenAI 向甲骨文租用算力"),
    "openai_msft_2025_250": ("OpenAI commits to Azure", "OpenAI 承諾採購 Azure"),
    "openai_msft_azure_paid": ("What OpenAI has paid for Azure since 2023", "OpenAI 自 2023 年起已付的 Azure 費用"),
    "openai_msft_paid_2025": ("All that OpenAI paid Microsoft in 2025", "OpenAI 2025 年付給微軟的全部款項"),
    "openai_amzn_2025_aws38": ("OpenAI rents from AWS", "OpenAI 向 AWS 租用算力"),
    "orcl_nvda_2025_40": ("Oracle buys NVIDIA chips for Abilene", "甲骨文為 Abilene 園區採購輝達晶片"),
    "openai_amd_2025_purchase": ("OpenAI buys AMD chips", "OpenAI 採購超微晶片"),
    "amd_openai_2025_warrant": ("AMD's warrant for OpenAI", "超微給 OpenAI 的認股權證"),
    "amd_meta_2026_warrant": ("AMD's warrant for Meta", "超微給 Meta 的認股權證"),
    "openai_avgo_2025": ("OpenAI buys custom chips from Broadcom", "OpenAI 向博通採購客製晶片"),
    "nvda_openai_2025_loan_guarantee": ("NVIDIA guarantees what OpenAI leases", "輝達為 OpenAI 租賃提供擔保"),
    "nvda_crwv_2025_capacity": ("NVIDIA buys CoreWeave's unsold capacity", "輝達承購 CoreWeave 未售出的算力"),
    "nvda_cloud_rentback_2025": ("NVIDIA rents back from the clouds", "輝達向雲端業者租回算力"),
    "nvda_lease_guarantee_2025": ("NVIDIA guarantees partners' leases", "輝達為夥伴租約提供擔保"),
    "valor_xai_2025_spv_plan": ("xAI rents chips from the Valor vehicle", "xAI 向 Valor 特殊目的公司租用晶片"),
    "lenders_sftby_2026_margin": ("SoftBank's margin loan on OpenAI shares", "軟銀以 OpenAI 持股質押的貸款"),
    "anth_spacex_2026_colossus": ("Anthropic rents Colossus from SpaceX", "Anthropic 向 SpaceX 租用 Colossus"),
    "anth_goog_2025_tpu": ("Anthropic rents TPUs from Google", "Anthropic 向 Google 租用 TPU"),
    "anth_amzn_2026_aws100": ("Anthropic rents from AWS", "Anthropic 向 AWS 租用算力"),
    "anth_msft_2025_azure30": ("Anthropic rents from Azure", "Anthropic 向 Azure 租用算力"),
    "avgo_tpu_spv_2026_backstop": ("Broadcom stands behind the Anthropic chip vehicle", "博通為 Anthropic 晶片特殊目的公司提供擔保"),
    "dis_openai_2025": ("Disney invests in OpenAI", "迪士尼投資 OpenAI"),
    "openai_dis_2025_warrant": ("OpenAI's warrant for Disney", "OpenAI 給迪士尼的認股權證"),
    "spacex_xai_merger_2026": ("SpaceX merges with xAI", "SpaceX 與 xAI 合併"),
    "sftby_nvda_exit_2025": ("SoftBank sells its NVIDIA shares", "軟銀出清輝達持股"),
    "nvda_crwv_2023_stake": ("NVIDIA's stake in CoreWeave", "輝達持有的 CoreWeave 股份"),
    "crwv_openai_2025_stock": ("CoreWeave gives OpenAI stock", "CoreWeave 發給 OpenAI 的股票"),
    "orcl_prepay_2026_q1fy27": ("Customers prepay Oracle", "客戶預付甲骨文"),
    "orcl_openai_2026_resale": ("Oracle resells OpenAI models", "甲骨文轉售 OpenAI 模型"),
    "openai_msft_revshare_2019": ("OpenAI shares revenue with Microsoft", "OpenAI 與微軟的營收分成"),
    "msft_openai_revshare_back_2023": ("Microsoft shares revenue with OpenAI", "微軟分給 OpenAI 的營收"),
    "openai_msft_revshare_paid_2024": ("Revenue share OpenAI paid Microsoft in 2024", "OpenAI 2024 年付給微軟的營收分成"),
    "openai_msft_revshare_paid_9m2025": (
        "Revenue share OpenAI paid Microsoft, January to September 2025",
        "OpenAI 2025 年前九個月付給微軟的營收分成",
    ),
    "crwv_nvda_fy2025_capex": ("What CoreWeave paid for NVIDIA technology in 2025", "CoreWeave 2025 年採購輝達設備的支出"),
    "nvda_supply_2026": ("NVIDIA's supply commitments", "輝達的供應承諾"),
}  # fmt: skip

# File names that read better than payer-payee-kind with a date.
FILES: dict[str, str] = {
    "nvda_openai_2025_loi": "nvidia-openai-equity",
    "nvda_openai_ohio_2026_equity": "nvidia-openai-ohio-equity",
    "amzn_openai_2026_round": "amazon-openai-equity",
    "amzn_openai_2026_35obligation": "amazon-openai-obligation",
    "openai_msft_2025_250": "openai-microsoft-cloud",
    "openai_msft_azure_paid": "openai-microsoft-azure-paid",
    "openai_msft_paid_2025": "openai-microsoft-paid-2025",
    "openai_msft_revshare_2019": "openai-microsoft-revenue-share",
    "openai_msft_revshare_paid_2024": "openai-microsoft-revenue-share-paid-2024",
    "openai_msft_revshare_paid_9m2025": "openai-microsoft-revenue-share-paid-2025",
    "orcl_prepay_2026_q1fy27": "oracle-customers-prepayment",
    "sftby_nvda_exit_2025": "softbank-nvidia-exit",
}

# Names short enough for a sentence: (en, zh).
SHORT: dict[str, tuple[str, str]] = {
    "aip_mgx_gip_consortium": ("AIP, MGX and GIP", "AIP、MGX 與 GIP 聯盟"),
    "amd": ("AMD", "超微"),
    "anthropic_tpu_spv": ("the Anthropic TPU vehicle", "Anthropic TPU 特殊目的公司"),
    "apollo": ("Apollo", "阿波羅"),
    "apollo_blackstone_syndicate": ("Apollo and Blackstone", "阿波羅與黑石"),
    "ares": ("Ares", "艾瑞斯"),
    "bank_syndicate_bnp_hsbc_mufg": ("A bank group", "銀行團"),
    "bank_syndicate_jpm_gs_mizuho_smbc_mufg": ("A bank group", "銀行團"),
    "bank_syndicate_jpm_mufg": ("A bank group", "銀行團"),
    "bank_syndicate_smbc_mufg_bnp_gs": ("A bank group", "銀行團"),
    "beignet_investor_hyperion_spv": ("Meta's Hyperion vehicle", "Meta Hyperion 特殊目的公司"),
    "blue_owl": ("Blue Owl", "藍貓頭鷹"),
    "bond_investors": ("Investors", "債券投資人"),
    "bond_investors_pimco_blackrock": ("PIMCO, BlackRock and others", "PIMCO、貝萊德等投資人"),
    "cerebras": ("Cerebras", "Cerebras"),
    "dell": ("Dell", "戴爾"),
    "dell_supermicro_oem": ("Server makers", "伺服器廠"),
    "firmus": ("Firmus", "Firmus"),
    "google_blackstone_tpu_jv": ("the TPU venture with Google", "與 Google 的 TPU 合資公司"),
    "jpmorgan": ("JPMorgan", "摩根大通"),
    "lenders_various": ("Lenders", "放款機構"),
    "marvell": ("Marvell", "邁威爾"),
    "meta": ("Meta", "Meta"),
    "meta_el_paso_spv": ("Meta's El Paso vehicle", "Meta 艾爾帕索特殊目的公司"),
    "mistral": ("Mistral", "Mistral"),
    "nebius": ("Nebius", "Nebius"),
    "related_digital_saline": ("the Saline campus", "密西根 Saline 園區"),
    "sharon_ai": ("SharonAI", "SharonAI"),
    "softbank": ("SoftBank", "軟銀"),
    "stack_infrastructure_new_mexico": ("the New Mexico campus", "新墨西哥園區"),
    "stargate_llc": ("Stargate", "星際之門公司"),
    "thinking_machines": ("Thinking Machines", "Thinking Machines"),
    "valor_compute_infrastructure": ("the Valor vehicle", "Valor 特殊目的公司"),
}

# Payers that take a plural verb.
PLURAL = {
    "aip_mgx_gip_consortium", "apollo_blackstone_syndicate", "blackstone_coatue", "blackstone_magnetar",
    "bond_investors", "bond_investors_pimco_blackrock", "dell_supermicro_oem", "lenders_various",
    "micron_samsung_skhynix", "other_investors",
}  # fmt: skip

# Names of firms as readers in Taiwan know them, where the table has another form: (en, zh).
ENTITIES: dict[str, tuple[str, str]] = {
    "alphabet": ("Alphabet", "Alphabet"),
    "amd": ("AMD", "超微"),
    "anthropic_tpu_spv": ("Anthropic TPU vehicle", "Anthropic TPU 特殊目的公司"),
    "applied_digital": ("Applied Digital", "Applied Digital"),
    "beignet_investor_hyperion_spv": ("Beignet Investor (Meta Hyperion vehicle)", "Beignet（Meta Hyperion 特殊目的公司）"),
    "cerebras": ("Cerebras Systems", "Cerebras"),
    "cipher_mining": ("Cipher Mining (Cipher Digital)", "Cipher Mining"),
    "coherent": ("Coherent", "Coherent"),
    "google_blackstone_tpu_jv": ("Google-Blackstone TPU cloud venture", "Google 與黑石的 TPU 合資公司"),
    "lumentum": ("Lumentum", "Lumentum"),
    "meta_el_paso_spv": ("Meta El Paso campus vehicle", "Meta 艾爾帕索園區特殊目的公司"),
    "sharon_ai": ("SharonAI Holdings", "SharonAI"),
    "tsmc": ("TSMC", "台積電"),
    "valor_compute_infrastructure": (
        "Valor Compute Infrastructure (xAI chip vehicle)", "Valor Compute Infrastructure（xAI 晶片特殊目的公司）",
    ),
}  # fmt: skip

# Amounts whose words say "up to".
UP_TO = {
    "nvda_openai_2025_loi", "msft_anth_2025_5", "nvda_anth_2025_10", "amzn_anth_2026_25", "meta_nebius_2026_27",
    "nvda_glw_2026", "nvda_xai_2025", "blueowl_mich_2025", "equity_orcl_2026", "nvda_poolside_2025",
}  # fmt: skip

# What a second page says of an earlier day: its own amount paid, and since when it was known.
PAID_EARLIER: dict[str, dict[str, str]] = {
    "msft_openai_2019_2023_13": {
        "says": "11.6bn USD", "reading": "lowest", "period": "2019-07..2025-09-30", "known_from": "2025-10-29",
    },
}  # fmt: skip

STORIES: dict[str, str] = {
    "nvda_openai_2025_loi": "nvidia-openai", "nvda_openai_2024": "nvidia-openai",
    "nvda_openai_ohio_2026_equity": "nvidia-openai", "nvda_openai_2025_loan_guarantee": "nvidia-openai",
    "openai_orcl_2025_300": "nvidia-openai-oracle", "orcl_nvda_2025_40": "nvidia-openai-oracle",
    "msft_openai_2019_2023_13": "microsoft-openai", "msft_openai_stake_2025": "microsoft-openai",
    "openai_msft_2025_250": "microsoft-openai", "openai_msft_azure_paid": "microsoft-openai",
    "openai_msft_paid_2025": "microsoft-openai", "openai_msft_revshare_2019": "microsoft-openai",
    "openai_msft_revshare_paid_2024": "microsoft-openai", "openai_msft_revshare_paid_9m2025": "microsoft-openai",
    "msft_openai_revshare_back_2023": "microsoft-openai",
    "openai_amd_2025_purchase": "amd-openai", "amd_openai_2025_warrant": "amd-openai",
    "meta_amd_2026_purchase": "amd-meta", "amd_meta_2026_warrant": "amd-meta",
    "amzn_openai_2026_round": "amazon-openai", "amzn_openai_2026_35obligation": "amazon-openai",
    "openai_amzn_2026_aws100": "amazon-openai",
    "amzn_anth_2023_8": "amazon-anthropic", "amzn_anth_2026_25": "amazon-anthropic",
    "anth_amzn_2026_aws100": "amazon-anthropic",
    "goog_anth_2023_2025_stake": "alphabet-anthropic", "goog_anth_2026_40": "alphabet-anthropic",
    "anth_goog_2026_200": "alphabet-anthropic",
    "apollo_bx_tpu_spv_2026_debt": "anthropic-tpu-vehicle", "avgo_tpu_spv_2026_backstop": "anthropic-tpu-vehicle",
    "anth_tpu_spv_2026_lease": "anthropic-tpu-vehicle", "tpu_spv_avgo_2026_chips": "anthropic-tpu-vehicle",
}  # fmt: skip

UNLOCKS: dict[str, dict[str, Any]] = {
    "nvda_openai_2025_loi": {"stock": "compute_gw", "of": "openai", "pays": "10bn USD/GW"},
}

EXITS: dict[str, dict[str, str]] = {
    "anth_spacex_2026_colossus": {"by": "either", "notice": "90 days", "after": "3 months"},
    "goog_spacex_2026_compute": {"by": "either", "notice": "90 days", "after": "2026-12-31"},
}

# Guarantees, warrants and options: nothing until the trigger fires.
TRIGGERS: dict[str, dict[str, Any]] = {
    "nvda_sbe_ports_2026_guarantee": {
        "when": {"all": [{"default": "openai"}, {"milestone": "phases_complete", "of": "sb_energy"}]},
        "cap": "up to 105bn USD", "from": "2028", "until": "2048",
    },
    "nvda_openai_ohio_2026_guarantee": {"when": {"default": "openai"}, "from": "2028"},
    "nvda_openai_2025_loan_guarantee": {"when": {"default": "openai"}},
    "avgo_tpu_spv_2026_backstop": {"when": {"default": "anthropic"}, "cap": "up to 31bn USD",
                                   "says": "classes A1 and A2 of the vehicle's debt"},
    "goog_hut8_2025_backstop": {"when": {"default": "fluidstack"}, "cap": "up to 7bn USD", "from": "2027",
                                "until": "2042", "says": "base-term rent"},
    "goog_wulf_2025_backstop": {"when": {"default": "fluidstack"}, "cap": "up to 3.2bn USD", "from": "2026",
                                "until": "2036", "says": "rent"},
    "goog_cifr_2025_backstop": {"when": {"default": "fluidstack"}, "cap": "up to 1.4bn USD", "from": "2026",
                                "until": "2035", "says": "rent"},
    "nvda_crwv_2025_capacity": {"when": {"unsold": "coreweave"}, "cap": "up to 6.3bn USD", "until": "2032-04-13"},
    "nvda_lease_guarantee_2025": {"when": {"default": "undisclosed_partner"}, "cap": "up to 860m USD",
                                  "from": "2025", "until": "2030", "says": "data centre leases"},
    "nvda_lease_guarantee_2026": {"when": {"default": "undisclosed_partner"}, "cap": "up to 3.5bn USD",
                                  "from": "2026", "says": "land, power and shell leases"},
    "amd_crusoe_2026_backstop": {"when": {"unsold": "crusoe"}, "cap": "up to 300m USD", "from": "2026"},
    "meta_beignet_2025_rvg": {
        "when": {"all": [{"walks_away": "meta"}, {"sold_below": "campus_value", "of": "beignet_investor_hyperion_spv"}]},
        "from": "2029", "until": "2045", "says": "residual value, first 16 years",
    },
    "nvda_sharon_2026_guarantee": {"when": {"unsold": "sharon_ai"}, "from": "2026", "until": "2032",
                                   "form": "takes unused GPUs at a fixed price"},
    "nvda_firmus_2026_guarantee": {"when": {"unsold": "firmus"}, "from": "2026",
                                   "form": "takes unused GPUs at a fixed price"},
    "amd_openai_2025_warrant": {
        "when": {"all": [{"milestone": "chips_bought", "of": "openai", "reaches": "1 GW"},
                         {"price": "600 USD", "of": "amd"}]},
        "until": "2030-10", "form": "160m shares at 0.01 USD, in steps from 1 to 6 GW and to a price of 600 USD",
    },
    "amd_meta_2026_warrant": {
        "when": {"all": [{"milestone": "chips_bought", "of": "meta", "reaches": "1 GW"},
                         {"price": "600 USD", "of": "amd"}]},
        "until": "2031-02", "form": "160m shares at 0.01 USD, in steps from 1 to 6 GW and to a price of 600 USD",
    },
    "cerebras_openai_2025_warrant": {"when": {"milestone": "capacity_bought", "of": "openai", "reaches": "2 GW"},
                                     "until": "2030", "form": "33.4m shares, in full only at 2 GW"},
    "wulf_goog_2025_warrant": {"when": {"date": "2025-08-18"}, "form": "about 73m shares, given for the guarantee"},
    "goog_cifr_2025_warrant": {"when": {"date": "2025-09-25"}, "form": "about 24m shares, given for the guarantee"},
    "nvda_iren_2026_warrant": {"when": {"price": "70 USD", "of": "iren"}, "cap": "up to 2.1bn USD",
                               "from": "2026-05-07", "until": "2031-05", "form": "right to buy 30m shares at 70 USD"},
    "openai_dis_2025_warrant": {"when": {"date": "2025-12-11"}, "form": "given with the deal, number not published"},
    "openai_dis_2026_warrant_lapsed": {"when": {"date": "2025-12-11"}, "form": "lapsed"},
}  # fmt: skip

APART: dict[str, tuple[str, tuple[str, ...]]] = {
    "amzn_openai_2026_35obligation": ("part_of", ("amzn_openai_2026_round",)),
    "hbm_anth_2026_h": ("part_of", ("inv_anth_2026_h",)),
    "nvda_nscale_2025": ("part_of", ("inv_nscale_2025_b",)),
    "inv_anth_2026_g": ("part_of", ("nvda_anth_2025_10", "msft_anth_2025_5")),
    "anth_goog_2026_200": ("part_of", ("anth_goog_2025_tpu",)),
    "tpu_spv_avgo_2026_chips": ("part_of", ("anth_avgo_2026_tpu35",)),
    "nvda_reflection_2025": ("part_of", ()),
    "orcl_atm_2026_q1fy27": ("part_of", ("equity_orcl_2026",)),
    "nvda_cloud_rentback_2025": ("aggregate", ("nvda_lambda_2025",)),
    "nvda_cloud_rentback_2026_01": ("aggregate", ("nvda_lambda_2025",)),
    "nvda_cloud_rentback_2026_07": ("aggregate", ("nvda_lambda_2025",)),
    "nvda_supply_2026": ("aggregate", ()),
    "openai_msft_paid_2025": ("payment_history", ()),
    "openai_msft_azure_paid": ("payment_history", ()),
    "openai_msft_revshare_paid_2024": ("payment_history", ()),
    "openai_msft_revshare_paid_9m2025": ("payment_history", ()),
    "crwv_nvda_fy2025_capex": ("payment_history", ()),
    "orcl_prepay_2026_q1fy27": ("payment_history", ()),
    "msft_openai_stake_2025": ("stake_value", ("msft_openai_2019_2023_13",)),
    "nvda_crwv_2023_stake": ("stake_value", ()),
    "openai_sbe_ohio_2026_lease": ("project_cost", ()),
    "orcl_abilene_lease_2025": ("project_cost", ()),
    "openai_g42_uae_2025": ("project_cost", ()),
    "tml_nvda_2026_chips": ("project_cost", ()),
    "orcl_fy27_raise": ("not_a_deal", ()),
    "spacex_xai_merger_2026": ("not_a_deal", ()),
    "sftby_nvda_exit_2025": ("not_a_deal", ()),
    "anth_spacex_2026_musk180": ("disputes", ("anth_spacex_2026_colossus",)),
}

PREPAYMENTS = {"orcl_prepay_2026_q1fy27"}

ROLES: dict[str, tuple[str, ...]] = {
    "nvidia": ("fuel", "capital", "user"),
    "amd": ("fuel", "capital"),
    "broadcom": ("fuel", "capital"),
    "alphabet": ("gear", "fuel", "engine", "capital"),
    "amazon": ("gear", "fuel", "capital"),
    "microsoft": ("gear", "capital", "user"),
    "oracle": ("gear", "capital"),
    "meta": ("user", "engine"),
    "spacex_xai": ("engine", "gear"),
    "openai": ("engine", "capital"),
    "cerebras": ("fuel", "gear"),
    "softbank": ("capital",),
    "sb_energy": ("gear",),
}

VEHICLES_OF: dict[str, str] = {
    "beignet_investor_hyperion_spv": "meta",
    "meta_el_paso_spv": "meta",
    "anthropic_tpu_spv": "anthropic",
    "valor_compute_infrastructure": "spacex_xai",
    "google_blackstone_tpu_jv": "alphabet",
}

OUTSIDE: dict[str, str] = {
    "other_investors": "OUTSIDE_EQUITY",
    "bond_investors": "DEBT", "bond_investors_pimco_blackrock": "DEBT", "lenders_various": "DEBT",
    "bank_syndicate_jpm_gs_mizuho_smbc_mufg": "DEBT", "bank_syndicate_jpm_mufg": "DEBT",
    "bank_syndicate_smbc_mufg_bnp_gs": "DEBT", "bank_syndicate_bnp_hsbc_mufg": "DEBT",
    "apollo_blackstone_syndicate": "DEBT", "blackstone_magnetar": "DEBT", "blackstone_coatue": "DEBT",
    "end_users": "END_USERS",
    "dell_supermicro_oem": "OTHER_VENDORS", "micron_samsung_skhynix": "OTHER_VENDORS",
    "tsmc_and_memory_suppliers": "OTHER_PAYEES",
    "neoclouds_and_csps": "UNKNOWN", "undisclosed_partner": "UNKNOWN", "oracle_customers_unnamed": "UNKNOWN",
    "aip_mgx_gip_consortium": "UNKNOWN",
}  # fmt: skip

# A metric is a kind of number; whose share it is stands in the row.
METRICS = {"openai_share_of_rpo": ("backlog_top_customer_share", "openai")}
PAYING_NOT_WEEKLY = ("openai", "weekly_active_users", "2025-10-14")
ADJUSTED_LOSS = ("openai", "operating_loss", "2026Q1", "6.95")
PRODUCTS = {"openai": "ChatGPT"}

TOPICS: dict[str, tuple[str, str]] = {
    "cisco": ("Cisco Systems", "思科"),
    "deepseek": ("DeepSeek", "DeepSeek（深度求索）"),
    "ai_datacenter": ("AI data centers", "AI 資料中心"),
    "china_buyers": ("Chinese chip buyers", "中國晶片買家"),
    "gpu_h100": ("H100 chips", "H100 晶片"),
    "gpu_h200": ("H200 chips", "H200 晶片"),
    "gpu_gb200": ("GB200 systems", "GB200 系統"),
    "hyperscalers": ("Hyperscalers", "超大規模雲端業者"),
    "hyperscalers5": ("Five hyperscalers", "五大雲端業者"),
    "llm_tokens": ("Language model tokens", "語言模型 token"),
    "ml_hardware": ("Machine learning hardware", "機器學習硬體"),
    "us_ai_adoption": ("AI adoption in the United States", "美國 AI 普及率"),
    "world_ai_adoption": ("AI adoption worldwide", "全球 AI 普及率"),
}
