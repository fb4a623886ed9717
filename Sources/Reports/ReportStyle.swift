extension Report {
  /// Colours are named by what they are for; every pair of runs differs in lightness or dash as well.
  static let style: Markup = """

    :root{--page:#f7f6f3;--card:#fff;--ink:#1d2024;--soft:#666c75;--line:#e2dfd8;--grid:#eeece7;--bad:#b3261e;--good:#1a7f4b;
    --s1:#2563c9;--s2:#d4581c;--s3:#17866a;--s4:#8a4fb8;--s5:#a67c00;--s6:#c2355f;--s7:#1b8ba3;--s8:#6b7280}
    @media (prefers-color-scheme:dark){:root{--page:#131518;--card:#1b1e22;--ink:#e9e8e5;--soft:#9ba1aa;--line:#30343a;
    --grid:#272b30;--bad:#ff8a80;--good:#63d29b;--s1:#78a9ff;--s2:#ff9a62;--s3:#4fcfae;--s4:#c99bf0;--s5:#e0b83f;--s6:#ff7fa3;
    --s7:#5cc9e0;--s8:#a3aab5}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
    "Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
    main{max-width:1180px;margin:0 auto;padding:36px 24px 24px}
    h1{font-size:27px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em;overflow-wrap:anywhere}
    h2{font-size:18px;margin:40px 0 12px;padding-top:14px;border-top:1px solid var(--line)}
    h3{font-size:14px;margin:20px 0 8px;font-weight:600}
    p{margin:0 0 10px}.soft,caption,figcaption{color:var(--soft)}.note{max-width:110ch;font-size:13.5px}
    .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:22px 0 0}
    .fact{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
    .fact b{display:block;font-size:21px;font-weight:600;line-height:1.3;white-space:nowrap}
    .fact span{font-size:12.5px;color:var(--soft);display:block;line-height:1.35}
    .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(340px,1fr));gap:14px}
    figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px 8px;min-width:0}
    figure.wide{grid-column:1/-1}
    figcaption{font-size:13px;display:flex;justify-content:space-between;gap:8px;margin-bottom:2px}
    figcaption b{color:var(--ink);font-weight:600}
    svg{display:block;width:100%;height:auto;overflow:visible}
    svg text{font-size:10.5px;fill:var(--soft)}.wide svg text{font-size:8px}
    .gridline{stroke:var(--grid)}.axis{stroke:var(--line)}
    .curve{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
    .band{stroke:none;opacity:.16}.dot{stroke:var(--card);stroke-width:1}
    .held{fill:none;stroke:var(--soft);stroke-dasharray:2 3}.mark{stroke:var(--soft);stroke-dasharray:3 3;opacity:.8}
    .swatch{display:inline-block;width:22px;height:10px;vertical-align:baseline;margin-right:6px}
    .swatch path{stroke-width:3}.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 12px;font-size:13.5px}
    .legend span{white-space:nowrap}
    .again{stroke-dasharray:5 3}
    .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px}
    .scroll+.scroll,.scroll+.grid,.grid+.scroll,.scroll+h3{margin-top:14px}
    table{border-collapse:collapse;width:100%;font-size:13.5px}
    th{font-weight:600;color:var(--soft);text-align:left;font-size:12.5px}
    th,td{padding:6px 11px;border-bottom:1px solid var(--line);vertical-align:baseline}
    tr:last-child td{border-bottom:0}.n{text-align:right;white-space:nowrap}
    td.key,code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}
    td small{display:block;font-size:12px;white-space:nowrap}.best{font-weight:700}.bad{color:var(--bad)}.good{color:var(--good)}.nowrap{white-space:nowrap}
    .columns{columns:330px;column-gap:28px;font-size:12.5px;background:var(--card);border:1px solid var(--line);border-radius:8px;
    padding:12px 16px}
    .group{break-inside:avoid;margin-bottom:12px}.group b{display:block;margin-bottom:2px}
    .group div{display:flex;gap:10px;justify-content:space-between;border-bottom:1px dotted var(--line)}
    .group code{text-align:right}.group span{color:var(--soft)}
    .looks{display:flex;flex-wrap:wrap;gap:10px 12px;margin-bottom:16px}
    .look{width:138px;font-size:12px;color:var(--soft)}.look svg{border-radius:4px;background:var(--grid);margin-bottom:4px}
    .look image,.look use{image-rendering:pixelated}
    .spark{width:90px;height:22px;display:inline-block;vertical-align:middle}
    .scale{display:inline-block;width:120px;height:10px;border-radius:3px;vertical-align:middle;margin:0 6px}
    footer{margin-top:44px;padding-top:12px;border-top:1px solid var(--line);font-size:12.5px}
    \(seriesStyle)
    @media (max-width:640px){main{padding:22px 12px}.wide svg text{font-size:15px}.grid{grid-template-columns:1fr}}
    @media print{:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--grid:#e6e6e6}
    @page{margin:14mm}body{font-size:11pt}main{max-width:none;padding:0}.grid{grid-template-columns:1fr 1fr}
    figure,.fact,.look,.group,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}
    .r2{--dash:7 3}.r3{--dash:2 3}.r4{--dash:8 3 2 3}.r5{--dash:12 4}.r6{--dash:4 2}.r7{--dash:1 2}.r8{--dash:9 2 3 2}
    .curve{stroke-dasharray:var(--dash,none)}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}

    """

  private static var seriesStyle: Markup {
    Markup(
      (1...runColors).map { place in
        ".r\(place) .curve,.r\(place).curve,.r\(place).swatch path{stroke:var(--s\(place))}.r\(place) .band,.r\(place) .dot{fill:var(--s\(place))}\n"
      })
  }
}
