"""How Chinese pages write days: without leading noughts, as offices do."""

DATE_FORMAT = "Y年n月j日"
MONTH_DAY_FORMAT = "n月j日"
