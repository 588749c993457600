# Why a whole file of a roster is refused.
fault-file-not_workbook = 这个文件打不开。请用 Excel 或 WPS 另存为 .xlsx，再传一次
fault-file-encrypted = 这个文件有密码。请去掉密码另存一份，再传一次
fault-file-macros = 这个文件里有宏。请另存为 .xlsx（不带宏），再传一次
fault-file-external_links = 这个文件引用了别的文件。请把内容复制成数值另存一份，再传一次
fault-file-embedded_objects = 这个文件里嵌着别的文件。请删掉它们另存一份，再传一次
fault-file-bomb = 这个文件不像一份名单，展开后大得不合常理，没有打开
fault-file-too_many_bytes = 文件超过 20 MB。请分成几份再传
fault-file-too_many_rows = 超过 50,000 行。请分成几份再传
fault-file-too_much_content = 这个文件里的内容太多。请只留名单那张表，再传一次
fault-header-unknown = 没有找到这种名单的表头。请看一下选的是不是孩子、志愿者、结对里对的那一种，表头那一行还在不在
