"""Passwords of twelve characters and more that everybody tries first, in lower case."""

COMMON_PASSWORDS = frozenset(
    """
    passwordpassword password1234 password12345 password123456 password1234567 password12345678
    password123! password1234! password2024 password2025 password2026 password2024! password2025!
    password2026! passw0rd1234 passw0rd12345 p@ssword1234 p@ssw0rd1234 p@ssw0rd12345 p@ssw0rd123!
    p@$$w0rd1234 mypassword12 mypassword123 mypassword1234 newpassword12 newpassword123 newpassword1234
    oldpassword123 thisismypassword thisisapassword thisispassword yourpassword changeme1234
    changeme12345 changemenow1 changethispassword pleasechangeme temppassword temppassword1
    temppassword123 temporary123 temporary1234 defaultpassword default12345 secretpassword secret123456
    topsecret123 supersecret1 supersecret123 letmein12345 letmein123456 letmeinplease letmeinletmein
    pleaseletmein welcome12345 welcome123456 welcome2024! welcome2025! welcome2026! welcomewelcome
    welcomehome1 welcometowork administrator administrator1 administrator123 admin1234567 admin12345678
    adminadminadmin adminadmin123 adminpassword rootpassword superuser123 testpassword test12345678
    testing12345 testuser1234 guestguestguest guestpassword userpassword username1234 user12345678
    123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 12345678912345
    123456123456 1234512345123 012345678901 0123456789012 098765432109 987654321098 9876543210987
    112233445566 11223344556677 147258369147 147258369123 159753159753 123654789123 314159265358
    qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiop[] qwertyqwerty qwertyuiopasdf qwertyuiopasdfgh
    qwertyuiopasdfghjkl qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 qwertyasdfgh
    qwertyasdfzxcv qwertyasdfghzxcvbn qazwsxedcrfv qazwsxedc123 1qaz2wsx3edc 1qaz2wsx3edc4rfv
    1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i q1w2e3r4t5y6 q1w2e3r4t5y6u7i8 qweasdzxc123 qweasdzxcqwe
    qwe123qwe123 asdfghjkl123 asdfghjkl1234 asdfghjklasdf asdfghjklzxcvbnm zxcvbnm12345 zxcvbnm123456
    zxcvbnmasdfghjkl zaq12wsxcde3 zaq1xsw2cde3 abcdefghijkl abcdefghijklm abcdefghijklmnop
    abcdefghijklmnopqrstuvwxyz abcdefgh1234 abcdefg12345 abcdef123456 abcd12345678 abc123abc123
    abc123456789 a1b2c3d4e5f6 aa1234567890 a12345678910 1234567890ab 1234567890qwerty 123456789qwerty
    1234qwerasdf 123qweasdzxc iloveyou1234 iloveyou12345 iloveyou123456 iloveyouforever iloveyoubaby
    iloveyousomuch iloveyouiloveyou ilovemyfamily mynameisbond whatever1234 sunshine1234 sunshine12345
    princess1234 football1234 football12345 liverpoolfc1 liverpool123 liverpool1234 manchester123
    manchesterunited manutd123456 arsenal12345 chelsea12345 superman1234 spiderman123 batmanbatman
    starwars1234 dragonballz1 minecraft123 pokemon12345 monkeymonkey michaeljordan charlie12345
    jesuschrist1 godisgreat12 correcthorsebatterystaple trustno1trustno1
    """.split()  # noqa: SIM905 - a page of words reads better than a list of two hundred strings
)
