search-title = Search
search-lead = By name, pinyin or initials. Only you see whom you look for; it stays out of addresses.
search-lead-guardian = Children are found by a guardian's name too, from two letters on.
search-find = Search
search-found-title = Found
search-none-title = Nothing found
search-empty = Nobody and nothing fits
search-empty-hint = Try one letter less, or the initials only. Whoever is not in your care cannot be found here.
search-by_guardian = Children found by a guardian
search-guardian = Guardian { $names }
search-now = now: { $place }
search-now-with = now: { $place }, with { $carer }
search-count = { $n }
search-more = Only the first are shown. One more letter finds better.
search-pages = Pages

# Other words under which a page is looked for.
search-also-accounts = sign-in slip, password, second factor, phone lost, locked
search-also-channels = wecom, dingtalk, mail, sms
search-also-checks = no-offence query, health, home visit, interview, references, training, agreement, insurance, expiring
search-also-claims = training, activity, corrected hours
search-also-imports = new school year, roster, ledger
search-also-merges = merge, duplicate, same person, take apart
search-also-queue = pass on, call, not sent
search-also-schools = class, rename, calendar, big and small weeks, new school year, teacher on duty
search-also-settings = settings, coordinator's phone, not back in time, minutes, shared computer
