//! What the binary says on a terminal: each failure with its cause and the next step.

crate::words! {
    /// Sentences of the command line. `{…}` are filled in.
    Cli {
        port_taken: "{addr} 已被别的程序占用。请停掉那个程序，或用 {option} 换一个地址。",
            "{addr} is used by another program. Stop that program, or choose another address with \
            {option}.";
        port_refused: "系统不让使用 {addr}（{cause}）。请换一个 1024 以上的端口，或用 {option} 换本机的地址。",
            "The system does not give us {addr} ({cause}). Choose a port above 1024, or an \
            address of this machine, with {option}.";
        home_unwritable: "不能写入 {path}（{cause}）。请改这个目录的权限，或用 --home 换一个目录。",
            "{path} cannot be written ({cause}). Change the folder's permissions, or choose \
            another with --home.";
        book_newer: "{path} 是更新版本写的（它 {found}，本程序只认识到 {known}）。请换上更新的 scantill。",
            "{path} was written by a later version ({found}; this program knows {known}). Use the \
            later scantill.";
        book_read_only: "{path} 只能读，不能写，所以不能收款。请改它和所在目录的权限，再启动。",
            "{path} can be read but not written, so nothing could be charged. Change its and its \
            folder's permissions, then start again.";
        book_full: "磁盘满了，记不了账。请腾出空间，再启动。",
            "The disk is full, so nothing can be recorded. Free some space, then start again.";
        book_foreign: "{path} 不是 Scantill 的账本，或已损坏。请移走它，或从备份恢复，再启动。",
            "{path} is not Scantill's book, or is damaged. Move it away or restore a backup, then \
            start again.";
        book_locked: "{path} 正被另一个程序使用。请停掉另一个 scantill，再启动。",
            "{path} is in use by another program. Stop the other scantill, then start again.";
        book_unsafe: "{path} 不能保证断电不丢账（同步写入没有打开）。请换到本机磁盘上的目录，再启动。",
            "{path} would not survive a power cut (full synchronous writes are off). Use a folder \
            on a local disk, then start again.";
        book_broken: "{path} 打不开：{cause}。请检查磁盘，或从备份恢复。",
            "{path} cannot be opened: {cause}. Check the disk, or restore a backup.";
        book_absent: "{path} 里没有账本。请核对 --home。",
            "There is no book at {path}. Check --home.";
        database_bad: "--database 不是 PostgreSQL 的地址（{cause}）。请写成 postgres://用户:密码@主机/库名。",
            "--database is not an address of PostgreSQL ({cause}). Write \
            postgres://user:password@host/name.";
        tls_mode: "--database 里的 sslmode={word} 不认识。请写 disable、prefer、require、verify-ca 或 \
            verify-full。",
            "sslmode={word} in --database is not known. Write disable, prefer, require, verify-ca \
            or verify-full.";
        tls_rootless: "--database 里的 sslmode={mode} 要核对证书，却没有说信任谁。请加 sslrootcert=根证书文件，\
            或 sslrootcert=system。",
            "sslmode={mode} in --database verifies certificates, but nobody is named to trust. Add \
            sslrootcert=FILE with the root certificate, or sslrootcert=system.";
        tls_weak: "sslrootcert=system 不核对主机名就没有意义。请在 --database 里写 sslmode=verify-full。",
            "sslrootcert=system says nothing unless the host's name is verified. Write \
            sslmode=verify-full in --database.";
        tls_root: "{path} 里读不出证书（{cause}）。请核对 --database 里的 sslrootcert，要 PEM 格式。",
            "No certificate can be read from {path} ({cause}). Check sslrootcert in --database; it \
            names a file in PEM form.";
        tls_clear: "{place} 不支持加密连接，所以没有连接。请在那里打开 PostgreSQL 的 ssl，或改 --database 里的 sslmode。",
            "{place} does not speak TLS, so it was not used. Switch ssl on in that PostgreSQL, or \
            change sslmode in --database.";
        tls_untrusted: "{place} 的加密连接没有建成，不能信任（{cause}）。请核对 --database 里的主机名和 sslrootcert。",
            "{place} cannot be trusted: its TLS connection failed ({cause}). Check the host's name \
            and sslrootcert in --database.";
        database_silent: "{place} 没有应答（{cause}）。请启动那里的 PostgreSQL，或核对 --database 的主机和端口。",
            "{place} does not answer ({cause}). Start PostgreSQL there, or check host and port in \
            --database.";
        database_refused: "{place} 不让这个用户进入（{cause}）。请核对 --database 里的用户和密码。",
            "{place} does not let this user in ({cause}). Check user and password in --database.";
        database_absent: "{place} 不存在。请用 createdb 建库，或核对 --database 里的库名。",
            "{place} does not exist. Make the database with createdb, or check its name in \
            --database.";
        database_standby: "{place} 只能读，不能写，所以不能收款。请在 --database 里写主库，或先把备库升为主库。",
            "{place} takes no writes, so nothing could be charged. Name the primary in \
            --database, or promote the standby.";
        database_unsafe: "{place} 的 {setting} 是 {value}，断电可能丢账，所以没有启动。请把它设为 on，再启动。",
            "{place} has {setting} = {value}, so a power cut could lose payments. Set it to on, \
            then start again.";
        database_foreign: "{place} 里有别的程序的表。请在 --database 里换一个空库。",
            "{place} holds another program's tables. Name an empty database in --database.";
        database_taken: "{place} 里已经有账本，没有动它。请在 --database 里换一个空库。",
            "There is a book in {place} already; it was left alone. Name an empty database in \
            --database.";
        database_empty: "{place} 里没有账本。请核对 --database 里的库名。",
            "There is no book in {place}. Check the name in --database.";
        database_broken: "{place} 用不了：{cause}。请检查数据库，再启动。",
            "{place} cannot be used: {cause}. Check the database, then start again.";
        tie_key: "{place} 的账本是用另一个主密钥开始记的，所以没有启动。请放回原来的 master.key，或设置 \
            SCANTILL_MASTER_KEY；同一个库的几台服务器要用同一个。确实换了，就停掉所有服务器，加 --adopt 启动一次。",
            "The book in {place} was begun under another master key, so nothing was started. Put \
            the earlier master.key back, or set SCANTILL_MASTER_KEY; all servers of one database \
            need the same. If it was changed on purpose, stop all of them and start once with \
            --adopt.";
        tie_app: "{place} 的账本是为另一个支付宝应用（app_id）记的，所以没有启动。请换回它的凭证，或换一个新账本。\
            确实换了应用，就停掉所有服务器，加 --adopt 启动一次。",
            "The book in {place} was begun for another Alipay app (app_id), so nothing was \
            started. Hand in that app's credentials, or begin another book. If the app was \
            changed on purpose, stop all servers and start once with --adopt.";
        tie_seller: "{place} 的账本是为另一个收款账户（seller_id）记的，所以没有启动。请改回原来的 seller_id，\
            或换一个新账本。确实换了账户，就停掉所有服务器，加 --adopt 启动一次。",
            "The book in {place} was begun for another receiving account (seller_id), so nothing \
            was started. Put the earlier seller_id back, or begin another book. If it was changed \
            on purpose, stop all servers and start once with --adopt.";
        tie_unfinished: "{place} 里还有没有结果的收款或退款，只有原来的支付宝应用和账户查得到，所以没有启动。\
            请先用原来的凭证启动，等它们都有结果，再加 --adopt。",
            "In {place} there are charges or refunds without an end, which only the earlier Alipay \
            app and account can be asked about, so nothing was started. Start with the earlier \
            credentials until they have ended, then use --adopt.";
        file_unreadable: "读不了 {path}（{cause}）。请核对路径和权限。",
            "{path} cannot be read ({cause}). Check the path and its permissions.";
        file_garbled: "{path} 不是对的 TOML：{cause}。请按说明改正这一处。",
            "{path} is not the expected TOML: {cause}. Correct that place.";
        account_absent: "还没有支付宝的凭证。请用 --alipay-file 指定凭证文件，或设置 SCANTILL_ALIPAY_* 环境变量；\
            只想试用请加 --sandbox。",
            "There are no Alipay credentials yet. Name a credentials file with --alipay-file, or \
            set SCANTILL_ALIPAY_*; to try it out, add --sandbox.";
        setting_absent: "凭证里缺少 {name}。请在凭证文件里补上，或设置环境变量 {variable}。",
            "The credentials lack {name}. Add it to the credentials file, or set {variable}.";
        setting_twice: "凭证里 {one} 和 {other} 只能有一个。请删掉其中一个。",
            "The credentials have both {one} and {other}. Remove one of them.";
        setting_bad: "{name} 不对：{cause}。请从支付宝开放平台重新复制。",
            "{name} is wrong: {cause}. Copy it again from Alipay's open platform.";
        gateway_plain: "网关 {url} 不是 https，付款请求会被人看到，已拒绝。请改成 https 地址。",
            "The gateway {url} is not https, so payment requests could be read; refused. Use an \
            https address.";
        gateway_bad: "网关 {url} 不是一个网址。请改成支付宝的 https://openapi.alipay.com/gateway.do。",
            "The gateway {url} is not an address. Use Alipay's \
            https://openapi.alipay.com/gateway.do.";
        public_bad: "--public-url {url} 不是一个网址。请写成 https://域名，不需要公网通知就写 none。",
            "--public-url {url} is not an address. Write https:// and a name, or none where no \
            notices are wanted.";
        public_longer: "--public-url {url} 只能有 https 和域名。请去掉域名后面的路径和参数，通知地址会自动加上。",
            "--public-url {url} may only have https and a name. Leave out what stands behind the \
            name; the path of notices is added.";
        public_plain: "--public-url {url} 不是 https，通知会被人看到，已拒绝。请给它装上证书，改成 https 地址。",
            "--public-url {url} is not https, so notices could be read; refused. Give it a \
            certificate and write https.";
        public_local: "--public-url {url} 只有本机或局域网能到，支付宝打不进来。请写公网域名；\
            没有就不写这一项，后台会自己去问支付宝。",
            "--public-url {url} is known on this machine or network only, so Alipay cannot call \
            it. Name a public address, or leave it out: Alipay is then asked.";
        source_unknown: "支付宝没有 {word} 这种付款渠道。请从这些里选：{known}。",
            "Alipay has no source of money called {word}. Choose from: {known}.";
        sources_many: "不收的付款渠道写得太长，支付宝只读前 128 个字母。请少写几个，全部信用渠道可以写 credit_group。",
            "The list of refused sources is longer than the 128 letters that Alipay reads. Refuse \
            fewer, or credit_group for every kind of credit.";
        plan_bad: "“{plan}”不是花呗分期方案。请写成“期数 承担方 费率”，如 3 customer 2.3%：期数是 3、6 或 12，\
            承担方是 customer（顾客）或 shop（商家），费率不超过 30%、最多四位小数，方案之间用逗号隔开。",
            "\"{plan}\" is not a plan of Huabei instalments. Write months, bearer and rate, such \
            as 3 customer 2.3%: 3, 6 or 12 months; customer or shop; up to 30% with at most four \
            decimals; commas between plans.";
        plan_twice: "花呗分期 {months} 期、{bearer} 承担手续费的方案写了两次。请只留合同里的那个费率。",
            "The plan of {months} months with the fee on the {bearer} stands there twice. Leave \
            only the rate of the contract.";
        plan_least: "花呗分期的最小金额“{sum}”不是金额。请写成元，最多两位小数，如 100.00。",
            "The smallest sum for instalments, \"{sum}\", is not a sum. Write yuan with at most \
            two decimals, such as 100.00.";
        plan_refused: "店里既提供花呗分期，又不收花呗。请从 refused_sources 去掉 pcredit、pcreditpayInstallment 和 \
            credit_group，或去掉 instalments。",
            "Instalments are offered while Huabei is refused. Take pcredit, pcreditpayInstallment \
            and credit_group out of refused_sources, or leave instalments out.";
        master_bad: "主密钥 {place} 不是 64 位十六进制数。请恢复原来的主密钥；没有了就删掉 {sealed} 和它，再用 --alipay-file 重新封存。",
            "The master key {place} is not 64 hexadecimal digits. Put the right one back; if it \
            is lost, remove {sealed} and it, then seal again with --alipay-file.";
        seal_broken: "{path} 用现在的主密钥打不开，或已损坏。请恢复原来的主密钥；没有了就删掉它，再用 --alipay-file 重新封存。",
            "{path} does not open with this master key, or is damaged. Put the right master key \
            back; if it is lost, remove the file and seal again with --alipay-file.";
        seal_other: "{path} 里封存的是另一个支付宝应用（app_id）的凭证，所以没有换掉它。\
            请核对文件；确实换了应用，就停掉服务器，用 serve --alipay-file 加 --adopt 启动一次，它会先核对账本再封存。",
            "{path} holds the credentials of another Alipay app (app_id), so they were not \
            replaced. Check the file; if the app was changed on purpose, stop the server and start \
            it once with serve --alipay-file and --adopt, which asks the book before it seals.";
        sealed: "凭证已加密保存到 {path}。明文文件 {plain} 现在可以删掉了。",
            "The credentials are sealed in {path}. The plain file {plain} can go now.";
        chance_broken: "系统给不出随机数（{cause}）。请重启电脑，再启动。",
            "The system gives no random numbers ({cause}). Restart the machine, then start again.";
        sandbox_broken: "沙箱起不来：{cause}。请删掉 {path} 里的沙箱文件，再启动。",
            "The sandbox does not start: {cause}. Remove the sandbox's files in {path}, then \
            start again.";
        limit_bad: "{option} 必须是 1 到 10000000000 之间的分数。请改正。",
            "{option} must be between 1 and 10000000000 fen. Correct it.";
        defect: "程序出了错：{cause}。请重新启动；还不行请把日志交给维护的人。",
            "The program has a defect: {cause}. Start again; if it stays so, hand the log to \
            whoever maintains it.";
        verified: "账本完好：{charges} 笔收款，{events} 条记录，校验链一致。",
            "The book is whole: {charges} charges, {events} events, and the chain holds.";
        verify_failed: "账本不对。请停止收款，保留这个文件，并从备份恢复：",
            "The book is not whole. Stop charging, keep the file, and restore a backup:";
        pages_absent: "这个程序里没有装网页。请运行 cargo xtask run，它会先做好网页。",
            "This binary has no pages inside. Run cargo xtask run, which builds them first.";
        shop_bad: "店名 --shop 要有 1 到 40 个字，不能有 / = & 和换行。请改短或改掉这些符号。",
            "The shop's name --shop needs 1 to 40 letters without / = & and line breaks. Change \
            it.";
        printer_bad:
            "--printer 不是打印机的地址。写名称或地址，端口不是 9100 时加上端口，例如 192.168.1.50:9100。",
            "--printer is no address of a printer. Write its name or address, with the port where \
             it is not 9100, for example 192.168.1.50:9100.";
        roll_bad:
            "--printer-paper 只能是 58 或 80（毫米）。",
            "--printer-paper is 58 or 80 millimetres.";
    }
}

crate::words! {
    /// What is wrong with a key or a certificate, as the middle of a sentence.
    Secret {
        empty: "是空的", "it is empty";
        not_base64: "不是 Base64 文本，可能多复制或少复制了字",
            "it is not Base64 text; something may be missing or added";
        encrypted: "有密码保护，请先去掉密码", "it is protected by a password, which must be removed first";
        own_key: "这是应用自己的公钥，这里要的是“支付宝公钥”：在开放平台交上应用公钥后才显示",
            "it is the app's own public key; the Alipay public key is wanted, which the platform \
             shows in return once the app's is handed in";
        public_given: "这是公钥，这里要私钥", "it is a public key where the private key is wanted";
        private_given: "这是私钥，这里要公钥；私钥不要给别人",
            "it is a private key where a public key is wanted; keep the private one secret";
        certificate_given: "这是证书，\
            这里要应用私钥", "it is a certificate where the app's private key is wanted";
        not_rsa: "不是 RSA 密钥，要 2048 位的 RSA 密钥", "it is not an RSA key; RSA of 2048 bits is wanted";
        too_short: "密钥太短，要 2048 位", "it is too short; 2048 bits are wanted";
        too_long: "密钥太长，要 2048 位", "it is too long; 2048 bits are wanted";
        not_a_key: "里面没有完整的密钥，可能少了一段", "there is no whole key in it; a part may be missing";
        not_a_certificate: "里面没有完整的证书，要下载的 .crt 文件",
            "there is no whole certificate in it; the .crt file as downloaded is wanted";
        no_rsa_root: "里面没有 RSA 根证书，要下载的 alipayRootCert.crt",
            "there is no RSA root in it; alipayRootCert.crt as downloaded is wanted";
    }
}
