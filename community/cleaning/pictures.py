"""Pictures, painted anew: nothing of the file that came in is kept but what one sees."""

from __future__ import annotations

import contextlib
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from community.cleaning.sniffing import Cleaned, Refused

MOST_PIXELS = 50_000_000  # a phone's largest; beyond it a small file could fill the memory
MOST_SIDE = 20_000
KEPT_SIDE = 2560  # of the picture we keep
SMALL_SIDE = 640  # of the small one beside it
BIG_PNG = 3 * 1024 * 1024  # beyond it a picture without loss is a photo, and WebP does it justice
OUTPUT = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}


def clean_picture(data: bytes, form: str) -> Cleaned:
    """The picture, upright, in sRGB, without a word about where and how it was taken; of a moving one the first frame.

    Raises Refused for one that does not open, or that unfolds to more than fits.
    """
    try:
        seen = open_picture(data, form)
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        KeyError,
        TypeError,
        MemoryError,
    ) as error:
        raise Refused("broken") from error
    except Image.DecompressionBombError as error:
        raise Refused("big") from error
    seen.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    output = OUTPUT[form]
    kept = written(seen, output)
    if output == "PNG" and len(kept) > BIG_PNG:
        output = "WEBP"
        kept = written(seen, output)
    small = b""
    if max(seen.size) > SMALL_SIDE:
        little = seen.copy()
        little.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
        small = written(little, output)
    return Cleaned("picture", f"image/{output.lower()}", kept, small, seen.width, seen.height)


def open_picture(data: bytes, form: str) -> Image.Image:
    """The first frame as bare pixels: upright, without profile, comment or any other thing beside them."""
    with Image.open(BytesIO(data), formats=[form]) as file:
        width, height = file.size
        if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
            raise Refused("big")
        if form == "JPEG":
            file.draft(
                "RGB", (KEPT_SIDE, KEPT_SIDE)
            )  # has the decoder skip what would be made smaller anyway
        profile = file.info.get("icc_profile")
        file.load()
        upright = ImageOps.exif_transpose(file)
        seen = in_srgb(upright, profile)
    bare = Image.new(seen.mode, seen.size)
    bare.paste(seen)
    return bare


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture as RGB, RGBA or grey, its colours by the profile that came with it."""
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if picture.mode in ("1", "L") and not see_through:
        return picture.convert("L")
    if profile and picture.mode in ("RGB", "CMYK"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            turned = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
            if turned is not None:
                return turned
    return picture.convert("RGBA" if see_through else "RGB")


def written(picture: Image.Image, form: str) -> bytes:
    """The picture's file."""
    out = BytesIO()
    if form == "JPEG":
        picture.convert("RGB" if picture.mode == "RGBA" else picture.mode).save(
            out, "JPEG", quality=88, optimize=True, progressive=True
        )
    elif form == "WEBP":
        picture.save(out, "WEBP", quality=88, method=4)
    else:
        picture.save(out, "PNG")
    return out.getvalue()
