education-10 = Graduate school
education-20 = University
education-30 = College
education-40 = Vocational school
education-60 = High school
education-70 = Middle school
education-80 = Primary school
education-90 = Other
