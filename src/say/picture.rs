//! What is said about a file that should be a picture with a code.

crate::words! {
    /// Why a file cannot be looked at. `{…}` are filled in.
    Picture {
        unreadable: "读不了 {path}（{cause}）。请核对路径和权限。",
            "{path} cannot be read ({cause}). Check the path and its permissions.";
        foreign: "{path} 不是 PNG、JPEG、WebP 或 BMP 图片。请换一个文件，或先转成其中一种。",
            "{path} is no PNG, JPEG, WebP or BMP. Choose another file, or convert it to one of \
            these.";
        broken: "{path} 不完整或已损坏（{cause}）。请重新复制一份。",
            "{path} is cut off or damaged ({cause}). Copy it again.";
        large: "{path} 太大，边长最多 {side} 像素。请缩小，或裁出有码的部分。",
            "{path} is too large; a side has at most {side} pixels. Shrink it, or cut out the \
            part with the code.";
    }
}
