# What can be wrong with channels, limits and contacts.
refusal-notice-not_failed = 这一条不是没发出去的，不用再发。
refusal-notice-passed_on = 这一条已经有人转告过了。
fault-cap-week_below_day = { $label }不能比一天的少
fault-url-not_https = { $label }要以 https:// 开头
fault-port-invalid = { $label }是 1 到 65535 的数
fault-mail-invalid = { $label }不像邮箱地址
fault-header-unreadable = { $label }请一行写一个，名字和值之间用冒号
fault-template-phone_missing = { $label }里少了 {"{phone}"}
fault-template-text_missing = { $label }里少了 {"{text}"}
fault-security-none_outside = { $label }：只有本机的邮件服务器可以不加密
