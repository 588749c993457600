search-title = 找一找
search-lead = 姓名、拼音、首字母都行。找谁只有您自己看得到，不会留在地址里。
search-lead-guardian = 孩子也能按监护人的姓名找，打两个字以上。
search-find = 查找
search-found-title = 找到了这些
search-none-title = 没有找到
search-empty = 没有对得上的
search-empty-hint = 少打一个字，或者只打拼音首字母再试试。不归您管的人这里也找不到。
search-by_guardian = 按监护人找到的孩子
search-guardian = 监护人 { $names }
search-now = 现在：{ $place }
search-now-with = 现在：{ $place }，{ $carer }接的
search-count = { $n } 个
search-more = 只列出前面的。多打一个字，会更准。
search-pages = 页面

# Other words under which a page is looked for.
search-also-accounts = 登录纸条、密码、动态码、手机丢了、锁住
search-also-channels = 企业微信群、钉钉群、邮件、短信
search-also-checks = 无犯罪查询、健康、体检、家访、面谈、推荐人、培训、协议、保险、到期
search-also-claims = 培训、活动、更正时长
search-also-imports = 新学年、花名册、台账
search-also-merges = 合并、重复、同一个人、拆开
search-also-queue = 转告、打电话、没发出去
search-also-schools = 班级、改名、校历、大小周、新学年、值班老师、放学时间
search-also-settings = 设置、协调员的电话、没按时回来、几分钟、公用电脑
