//! What a person reads where a device is set up.

use crate::words;

words! {
    /// The sentences of the device's settings.
    DeviceWords {
        title: "本机设置", "This device";
        kept: "只改这台设备，改了马上生效。", "For this device only; changes hold at once.";
        hand: "键盘位置", "Keypad";
        hand_right: "右手", "Right hand";
        hand_left: "左手", "Left hand";
        theme: "外观", "Look";
        theme_device: "跟随系统", "Auto";
        theme_light: "浅色", "Light";
        theme_dark: "深色", "Dark";
        theme_daylight: "强光", "Sun";
        lang: "语言", "Language";
        volume: "声音", "Sounds";
        volume_off: "关", "Off";
        volume_soft: "小", "Soft";
        volume_full: "大", "Loud";
        volume_try: "试听", "Try it";
        spoken: "到账播报金额", "Speak the amount when paid";
        shaking: "震动（设备支持时）", "Vibrate, where the device can";
        on: "开", "On";
        off: "关", "Off";
        no_voice:
            "这台设备的浏览器没有中文语音，只会响提示音。可在系统设置里安装中文语音。",
            "This browser has no English voice: only the tones will be heard. Voices are installed \
             in the device's own settings.";
        confirm: "超过多少元先确认", "Ask before amounts above";
        confirm_about:
            "留空就按店里的规定。这里只能比店里更小心。",
            "Empty means as the shop has set it. A device can only be more careful.";
        confirm_shop: "店里规定：超过 ¥{amount} 先确认。", "The shop asks above ¥{amount}.";
        confirm_wrong:
            "请填 0.01 到 ¥{limit} 之间的金额，最多两位小数。",
            "Enter an amount from 0.01 to ¥{limit} with at most two decimals.";
        not_kept:
            "浏览器不让保存，关掉网页后要重新设。请退出无痕模式，或在浏览器设置里允许保存数据。",
            "The browser keeps nothing: this is forgotten with the page. Leave the private mode or \
             allow data to be kept.";
        about: "关于", "About";
        name: "本机编号", "Name of this device";
        version: "版本", "Version";
    }
}
