"""Progress bars of tqdm."""

from collections.abc import Callable

from ._optional import optional


def progress_bar(description: str = "") -> Callable[[float], None]:
    """Returns a progress function that shows a bar of tqdm, in a terminal or in Jupyter.

        mesh = model.generate("a pig", progress=att3d.progress_bar("a pig"))

    The function is for one call or one job. description: text before the bar. Raises ImportError without
    tqdm.
    """
    tqdm = optional("tqdm.auto", "tqdm", "progress_bar").tqdm
    bar = tqdm(total=100.0, desc=description or None, bar_format="{l_bar}{bar}| {elapsed}<{remaining}")

    def show(fraction: float) -> None:
        bar.update(100.0 * fraction - bar.n)
        if fraction >= 1.0:
            bar.close()

    return show
