"""Why the file system refused, in words for people: what the system itself says is English, whatever the office speaks."""

from __future__ import annotations

import errno

_WORDS = {
    errno.ENOSPC: "磁盘空间不足", errno.EDQUOT: "磁盘配额已用完", errno.EIO: "磁盘读写出错", errno.EROFS: "磁盘为只读",
    errno.EACCES: "没有权限或正被其他程序占用", errno.EPERM: "没有权限", errno.ENOENT: "文件或文件夹不存在",
    errno.EISDIR: "是文件夹，不是文件", errno.ENOTDIR: "路径中有一段不是文件夹", errno.ENAMETOOLONG: "路径过长",
    errno.EMFILE: "打开的文件过多", errno.EBUSY: "正被其他程序占用",
}  # fmt: skip


def disk_words(error: OSError) -> str:
    """A clause without a full stop; a rare reason keeps the system's own number, for whoever looks after the machine."""
    number = error.errno or 0
    return _WORDS.get(number, f"系统错误 {getattr(error, 'winerror', None) or number}")
