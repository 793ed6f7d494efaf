"""How English pages write days: short, the day before the month."""

DATE_FORMAT = "j M Y"
MONTH_DAY_FORMAT = "j M"
