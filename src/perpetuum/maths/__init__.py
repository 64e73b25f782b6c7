"""The toolbox: functions of plain arrays, which know no firm, no file and no date."""
