# Why a whole file of a roster is refused.
fault-file-not_workbook = This file cannot be opened. Save it as .xlsx with Excel or WPS and send it again
fault-file-encrypted = This file has a password. Save it without one and send it again
fault-file-macros = This file holds macros. Save it as .xlsx without them and send it again
fault-file-external_links = This file takes values from other files. Save it with plain values and send it again
fault-file-embedded_objects = This file holds other files. Take them out and send it again
fault-file-bomb = This does not look like a roster: unpacked it would be far too large, so it was not opened
fault-file-too_many_bytes = The file has more than 20 MB. Please split it
fault-file-too_many_rows = More than 50,000 rows. Please split the file
fault-file-too_much_content = There is too much in this file. Keep the sheet of the roster alone and send it again
fault-header-unknown = No header of such a roster was found. See whether you chose the right kind and the header row is still there
