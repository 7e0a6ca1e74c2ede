//! What is wrong with the backend as a whole: cause and next step.

crate::words! {
    /// Complaints of the health page.
    Health {
        loop_stopped: "后台的主循环停了，不能收款。请重启后台，并把日志交给维护的人。",
            "The backend's loop has stopped; nothing can be charged. Restart it, and hand on its \
             log.";
        record_unwritable: "记不了账，所以不能收款。请检查磁盘是否已满或只读。",
            "The record cannot be written, so nothing is charged. Check whether the disk is full \
             or read-only.";
        clock_wrong: "这台电脑的时间差了五分钟以上，支付宝会拒绝每一笔。请打开自动对时。",
            "This machine's clock is more than five minutes off, so Alipay refuses everything. \
             Switch on automatic time.";
        provider_unreachable: "连不上支付宝。请检查这台电脑的网络；进行中的收款会自动查明。",
            "Alipay cannot be reached. Check this machine's network; running charges are found out \
             by themselves.";
        provider_refuses: "支付宝不认这家店的账户设置。请核对三样：应用 App ID、交进来的应用私钥、支付宝公钥\
             （是开放平台上的“支付宝公钥”，不是您自己的应用公钥）；改好后重启后台。",
            "Alipay does not accept this shop's account settings. Check three things: the app ID, \
             the app private key handed in, and the Alipay public key (it is not your own public \
             key). Then restart the backend.";
        alarms: "后台启动以来有 {count} 次要人来看，最近一次是收款 {charge}。请打开这笔收款的经过，并看后台\
             日志里的说明；处理好以后重启后台，这一条就会消失。",
            "The backend has called for a person {count} times since its start, last about charge \
             {charge}. Look at that charge's history and at the backend's log; when all is settled \
             this goes with the backend's next start.";
    }
}
