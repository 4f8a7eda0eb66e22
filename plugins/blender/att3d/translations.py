# SPDX-License-Identifier: GPL-3.0-or-later
"""Translations of the labels into Japanese, Simplified Chinese and German.

Prompts stay English, since the models read English. The words of the palette and the messages also stay
English.
"""

import bpy

_LANGUAGES = ("ja_JP", "zh_HANS", "de_DE")
#: Context of the panels, and of settings that Blender itself translates otherwise, such as Triangles.
CONTEXT = "ATT3D"
#: Translations of each label, in the order of the languages.
_LABELS: dict[str, tuple[str, str, str]] = {
    # Panels.
    "Generate from Text": ("テキストから生成", "从文本生成", "Aus Text erzeugen"),
    "Words": ("単語", "词语", "Wörter"),
    "Engine": ("エンジン", "引擎", "Engine"),
    "Variants": ("バリエーション", "变体", "Varianten"),
    "Interpolate": ("補間", "插值", "Interpolieren"),
    "Stylize Selected": ("選択物をスタイル化", "风格化所选项", "Auswahl stilisieren"),
    "Batch": ("一括生成", "批量", "Stapel"),
    "History": ("履歴", "历史记录", "Verlauf"),
    # Operators.
    "Generate": ("生成", "生成", "Erzeugen"),
    "Regenerate": ("再生成", "重新生成", "Neu erzeugen"),
    "Run Again": ("再実行", "再次运行", "Erneut ausführen"),
    "From Text": ("テキストから", "从文本", "Aus Text"),
    "Mark as Asset": ("アセットとしてマーク", "标记为资产", "Als Asset markieren"),
    "Make All": ("すべて生成", "全部生成", "Alle erzeugen"),
    "Unload": ("アンロード", "卸载", "Entladen"),
    "Show History": ("履歴を表示", "显示历史记录", "Verlauf zeigen"),
    "Import Again": ("再インポート", "再次导入", "Erneut importieren"),
    "Clear History": ("履歴を消去", "清除历史记录", "Verlauf löschen"),
    "Shape Keys": ("シェイプキー", "形态键", "Formschlüssel"),
    "Frame Sequence": ("フレームシーケンス", "帧序列", "Bildfolge"),
    "Remove Newest": ("最新の結果を削除", "移除最新结果", "Neueste entfernen"),
    "Add Prompt": ("プロンプトを追加", "添加提示词", "Prompt hinzufügen"),
    "Remove Prompt": ("プロンプトを削除", "移除提示词", "Prompt entfernen"),
    "Show Words": ("単語を表示", "显示词语", "Wörter zeigen"),
    "Insert Word": ("単語を挿入", "插入词语", "Wort einfügen"),
    "Stylize": ("スタイル化", "风格化", "Stilisieren"),
    "Make New UVs": ("新しいUVを作成", "新建 UV", "Neue UVs erstellen"),
    "Scatter": ("散布", "散布", "Streuen"),
    "Scatter on Selected": ("選択物に散布", "散布到所选项", "Auf Auswahl streuen"),
    "Slope": ("傾斜", "坡度", "Neigung"),
    "Align to Surface": ("表面に揃える", "对齐到表面", "An Fläche ausrichten"),
    "Drag to Place": ("ドラッグで配置", "拖动放置", "Ziehen und platzieren"),
    "Make Quads": ("四角形に変換", "转换为四边形", "In Vierecke umwandeln"),
    "Quads": ("四角形", "四边形", "Vierecke"),
    "Show Variants": ("バリエーションを表示", "显示变体", "Varianten zeigen"),
    "Pick": ("選ぶ", "选取", "Wählen"),
    "Cancel": ("キャンセル", "取消", "Abbrechen"),
    "Diagnostics": ("診断", "诊断", "Diagnose"),
    "License and Card": ("ライセンスとカード", "许可证与说明卡", "Lizenz und Karte"),
    # Settings.
    "Prompt": ("プロンプト", "提示词", "Prompt"),
    "Prompts": ("プロンプト", "提示词", "Prompts"),
    "Live": ("ライブ", "实时", "Live"),
    "Live Detail": ("ライブの細かさ", "实时细节", "Live-Detail"),
    "Detail": ("細かさ", "细节", "Detail"),
    "Textures": ("テクスチャ", "纹理", "Texturen"),
    "Texture Size": ("テクスチャサイズ", "纹理大小", "Texturgröße"),
    "Vertex Colors": ("頂点カラー", "顶点颜色", "Vertexfarben"),
    "Triangles": ("三角形", "三角形", "Dreiecke"),
    "Min Component": ("最小の連結成分", "最小连通部分", "Kleinste Komponente"),
    "Size": ("サイズ", "尺寸", "Größe"),
    "Size in Meters": ("サイズ (m)", "尺寸（米）", "Größe in Metern"),
    "Seed": ("シード", "种子", "Startwert"),
    "Replace Selection": ("選択物を置換", "替换所选项", "Auswahl ersetzen"),
    "Keep Shape": ("形状を維持", "保持形状", "Form erhalten"),
    "Result": ("結果", "结果", "Ergebnis"),
    "Keep Geometry": ("ジオメトリを維持", "保持几何体", "Geometrie behalten"),
    "Replace": ("置換", "替换", "Ersetzen"),
    "Add Beside": ("横に追加", "添加在旁边", "Daneben hinzufügen"),
    "Keep Old Mesh": ("元のメッシュを残す", "保留旧网格", "Altes Mesh behalten"),
    "Transfer Weights": ("ウェイトを転送", "传递权重", "Gewichte übertragen"),
    "Slots": ("スロット", "材质槽", "Slots"),
    "All Slots": ("すべてのスロット", "所有材质槽", "Alle Slots"),
    "Active Slot Only": ("アクティブスロットのみ", "仅活动材质槽", "Nur aktiver Slot"),
    "Mask": ("マスク", "遮罩", "Maske"),
    "Image Size of the Material": ("マテリアルの画像サイズ", "材质的图像尺寸", "Bildgröße des Materials"),
    "Blend": ("ブレンド", "混合", "Mischung"),
    "Frames": ("フレーム数", "帧数", "Bilder"),
    "Columns": ("列数", "列数", "Spalten"),
    "Count": ("数", "数量", "Anzahl"),
    "File": ("ファイル", "文件", "Datei"),
    "Kind": ("種類", "种类", "Art"),
    "Find a Word": ("単語を検索", "查找词语", "Wort suchen"),
    # Kinds of words.
    "Things": ("もの", "事物", "Dinge"),
    "Colors": ("色", "颜色", "Farben"),
    "Materials": ("素材", "材质", "Materialien"),
    "Sizes": ("大きさ", "大小", "Größen"),
    "Proportions": ("プロポーション", "比例", "Proportionen"),
    "Numbers": ("数", "数量", "Anzahlen"),
    "Details": ("ディテール", "细部", "Einzelheiten"),
    "Hats": ("帽子", "帽子", "Hüte"),
    "Clothes": ("服", "衣服", "Kleidung"),
    "Activities": ("動作", "动作", "Tätigkeiten"),
    "Stands": ("台", "底座", "Sockel"),
    # Preferences.
    "Model": ("モデル", "模型", "Modell"),
    "Model Packages": ("モデルパッケージ", "模型包", "Modellpakete"),
    "Toybox (Built In)": ("Toybox (内蔵)", "Toybox（内置）", "Toybox (eingebaut)"),
    "Built In": ("内蔵", "内置", "Eingebaut"),
    "Engine Module": ("エンジンモジュール", "引擎模块", "Engine-Modul"),
    "Device": ("デバイス", "设备", "Gerät"),
    "Automatic": ("自動", "自动", "Automatisch"),
    "Processor": ("プロセッサー", "处理器", "Prozessor"),
    "GPU": ("GPU", "GPU", "GPU"),
    "Memory in MiB": ("メモリ (MiB)", "内存 (MiB)", "Speicher in MiB"),
    "GPU Memory in MiB": ("GPUメモリ (MiB)", "显存 (MiB)", "GPU-Speicher in MiB"),
    "Threads": ("スレッド", "线程", "Threads"),
    "Colors in Solid View": ("ソリッド表示に色を表示", "实体视图中显示颜色", "Farben in der Solid-Ansicht"),
    # Texts of the panels.
    "The first prompt loads the model": ("最初のプロンプトで読み込みます", "将在首次使用提示词时加载", "Wird beim ersten Prompt geladen"),
    "This model accepts any word": ("このモデルはどの単語も受け付けます", "此模型接受任何词语", "Dieses Modell nimmt jedes Wort an"),
    "No matching words": ("該当する単語はありません", "没有匹配的词语", "Keine passenden Wörter"),
    "Click: place    Ctrl: align to the face    Wheel: turn    Esc or right click: cancel": (
        "クリック: 配置    Ctrl: 面に合わせる    ホイール: 回転    Esc・右クリック: キャンセル",
        "单击：放置    Ctrl：贴合面    滚轮：旋转    Esc 或右键：取消",
        "Klick: platzieren    Strg: an die Fläche    Rad: drehen    Esc oder Rechtsklick: abbrechen",
    ),
    # Descriptions of what is used most.
    "Description of the mesh, such as: a red dragon wearing a party hat": (
        "作りたいもの (英語)。例: a red dragon wearing a party hat",
        "想要的内容（英文），例如：a red dragon wearing a party hat",
        "Was entstehen soll, auf Englisch, etwa: a red dragon wearing a party hat",
    ),
    "The mesh changes while you type and drag; Generate makes it in full detail": (
        "入力やドラッグに合わせてメッシュが変わります。「生成」で細部まで作ります",
        "网格会随输入和拖动实时变化；“生成”以完整细节制作",
        "Das Mesh folgt beim Tippen und Ziehen; Erzeugen macht es in vollem Detail",
    ),
    "Generate a mesh from the prompt at the 3D cursor, or replace the selected mesh": (
        "プロンプトからメッシュを作り、3Dカーソルの位置、または選択したメッシュの場所に置きます",
        "根据提示词在 3D 游标处，或在所选网格的位置生成网格",
        "Erzeugt aus dem Prompt ein Mesh am 3D-Cursor oder anstelle des ausgewählten",
    ),
    "Type a prompt, and generate its mesh beside the objects at the 3D cursor": (
        "作りたいものを入力し、3Dカーソルにあるものの横にメッシュを作ります",
        "输入想要的内容，并在 3D 游标处物体的旁边生成网格",
        "Eintippen, was entstehen soll, und ein Mesh neben dem erzeugen, was am 3D-Cursor steht",
    ),
    "Length of the longest side; 0 for the model's own size": (
        "最も長い辺。0でモデル本来の大きさ",
        "最长边的长度；0 表示模型自身的尺寸",
        "Die längste Seite; 0 für die Größe des Modells",
    ),
    "Each number selects a variant; 0 is the plain result": (
        "数ごとに別のバリエーション。0は標準の結果",
        "每个数字对应一个变体；0 为普通结果",
        "Für jede Zahl eine andere Variante; 0 ist das einfache Ergebnis",
    ),
}


def table() -> dict[str, dict[tuple[str, str], str]]:
    """Returns the translations in the form that Blender takes: by language, context and label."""
    # Blender looks up the labels of operators in a context of their own.
    contexts = (bpy.app.translations.contexts.default, bpy.app.translations.contexts.operator_default, CONTEXT)
    return {
        language: {(context, label): texts[index] for label, texts in _LABELS.items() for context in contexts}
        for index, language in enumerate(_LANGUAGES)
    }


def register() -> None:
    bpy.app.translations.register(__package__, table())


def unregister() -> None:
    bpy.app.translations.unregister(__package__)
