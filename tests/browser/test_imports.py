"""A list is imported in a real browser, watched while a worker reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from voluncity.kernel.identity import id_check_digit
from voluncity.testing.make_books import Tab, xlsx

pytestmark = pytest.mark.browser
Look = Callable[..., Page]
PEOPLE = 3_000
PATIENCE = 90_000  # milliseconds


def _list() -> bytes:
    rows = [["姓名", "身份证号", "所在社区", "本人同意"]]
    for number in range(PEOPLE):
        born = f"{1950 + number // 900}0305"
        first17 = f"140106{born}{number % 900 + 100}"
        rows.append(["张小梅", first17 + id_check_digit(first17), "桥东街社区", "是"])
    rows.append(["坏号码", "140106199001011", "桥东街社区", "是"])
    return xlsx(Tab("名单", rows))


@pytest.mark.row("A1", "A3")
def test_a_list_is_uploaded_watched_and_its_report_read(look: Look, tmp_path: Path) -> None:
    path = tmp_path / "桥东街名单.xlsx"
    path.write_bytes(_list())
    desk = look(desk=True, account="demo-city-office")
    desk.goto("/desk/imports/")
    desk.get_by_label("选择文件").set_input_files(path)
    desk.get_by_role("button", name="上传并查看").click()
    expect(desk.get_by_role("heading", name="识别结果")).to_be_visible()
    desk.get_by_label("导入合格的，跳过不合格的").check()
    desk.get_by_role("button", name="开始", exact=True).click()
    expect(desk.get_by_text("导入完成")).to_be_visible(timeout=PATIENCE)
    desk.get_by_role("link", name=re.compile("未导入")).click()
    expect(desk.get_by_text("15 位的旧身份证号已经停用").first).to_be_visible()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="下载 XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")
