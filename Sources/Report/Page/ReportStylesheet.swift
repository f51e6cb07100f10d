/// The CSS of pages. Contrasts of text are at least 4.5 to 1 in light and dark (WCAG AA).
enum ReportStylesheet {
  static let text = """
    :root{color-scheme:light dark;--page:#ffffff;--text:#20262d;--muted:#57606b;--line:#d5dae0;\
    --soft:#f3f5f7;--link:#005a8f;--fine:#00694c;--fine-soft:#e8f5f0;--caution:#7a5200;\
    --caution-soft:#fdf4e1;--problem:#a03a00;--problem-soft:#fdeee6}
    @media screen and (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e8ecf0;\
    --muted:#a9b3be;--line:#343c45;--soft:#1d2329;--link:#7cc4f0;--fine:#5fd3ae;\
    --fine-soft:#12291f;--caution:#f0c060;--caution-soft:#2b2412;--problem:#f7a270;\
    --problem-soft:#301c12}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--text);\
    font:16px/1.55 Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif;\
    overflow-wrap:anywhere}
    a{color:var(--link)}
    a:focus-visible,button:focus-visible,.table:focus-visible{outline:3px solid var(--link);\
    outline-offset:2px}
    .skip{position:absolute;left:-9999px}
    .skip:focus{left:8px;top:8px;background:var(--page);padding:8px;z-index:1}
    header,.page,footer{max-width:1240px;margin:0 auto;padding:0 22px}
    header{padding-top:34px;padding-bottom:10px}
    h1{font-size:1.9rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
    .subtitle{margin:0;color:var(--muted);font-size:1.05rem}
    h2{font-size:1.35rem;line-height:1.3;margin:0 0 12px}
    h3{font-size:1.05rem;line-height:1.35;margin:26px 0 8px}
    p{margin:0 0 14px;max-width:72ch}
    nav h2{font-size:.82rem;text-transform:uppercase;letter-spacing:.06em;color:var(--muted);\
    margin:0 0 8px}
    nav ol{margin:0;padding:0;list-style:none;font-size:.94rem}
    nav li{margin:0 0 6px}
    nav a{text-decoration:none}
    nav a:hover{text-decoration:underline}
    nav{border:1px solid var(--line);border-radius:8px;padding:14px 18px;margin:14px 0 8px}
    section{border-top:1px solid var(--line);padding:30px 0 22px;scroll-margin-top:8px}
    main section:first-child{border-top:0}
    figure{margin:22px 0 30px}
    .picture svg,.grid svg{display:block;max-width:100%;height:auto}
    .picture .narrow{display:none}
    figcaption{color:var(--muted);font-size:.92rem;line-height:1.5;margin-top:12px;max-width:78ch}
    figcaption strong{color:var(--text)}
    .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:26px 24px}
    .callout{display:flex;gap:14px;border-left:5px solid;border-radius:6px;padding:14px 18px;\
    margin:0 0 16px}
    .callout div{min-width:0}
    .callout p{margin:0}
    .callout p+p{margin-top:4px}
    .callout .sign{flex:none;width:26px;height:26px;border-radius:50%;border:2px solid;\
    text-align:center;line-height:22px;font-weight:bold}
    .callout strong,.callout .sign{color:inherit}
    .callout div p:not(:first-child){color:var(--text)}
    .fine{color:var(--fine);background:var(--fine-soft)}
    .caution{color:var(--caution);background:var(--caution-soft)}
    .problem{color:var(--problem);background:var(--problem-soft)}
    .table{overflow-x:auto;margin:18px 0 8px}
    table{border-collapse:collapse;font-size:.92rem;min-width:min(100%,420px);\
    overflow-wrap:break-word}
    .wide-table table{font-size:.8rem}
    .wide-table th,.wide-table td{padding-right:9px}
    caption{text-align:left;padding:0 0 8px;caption-side:top;color:var(--muted)}
    caption strong{color:var(--text)}
    th,td{padding:7px 14px 7px 0;text-align:left;vertical-align:top;white-space:nowrap;\
    border-bottom:1px solid var(--line)}
    th:last-child,td:last-child{padding-right:2px}
    thead th{border-bottom:2px solid var(--muted);font-size:.86rem;vertical-align:bottom}
    tbody th{font-weight:600}
    .number{text-align:right;font-variant-numeric:tabular-nums}
    .note{color:var(--muted);font-size:.88rem}
    dl{margin:0 0 18px;border-top:1px solid var(--line)}
    dl div{display:grid;grid-template-columns:minmax(150px,240px) 1fr;gap:2px 20px;padding:7px 0;\
    border-bottom:1px solid var(--line)}
    dt{color:var(--muted)}
    dd{margin:0;min-width:0}
    .copyable{background:var(--soft);border:1px solid var(--line);border-radius:8px;\
    padding:14px 18px;margin:18px 0}
    .bar{display:flex;justify-content:space-between;align-items:center;gap:12px;margin-bottom:8px}
    .bar h3{margin:0}
    blockquote{margin:0;max-width:78ch}
    button{font:inherit;font-size:.88rem;color:var(--link);background:var(--page);\
    border:1px solid var(--line);border-radius:6px;padding:5px 14px;cursor:pointer;min-height:32px}
    footer{color:var(--muted);font-size:.88rem;border-top:1px solid var(--line);\
    padding-top:16px;padding-bottom:34px}
    @media (min-width:1100px){
    .page{display:grid;grid-template-columns:210px minmax(0,900px);gap:0 56px}
    nav{position:sticky;top:22px;align-self:start;border:0;padding:0;margin:34px 0 0;\
    max-height:calc(100vh - 44px);overflow-y:auto}
    }
    @media (max-width:760px){
    header,.page,footer{padding-left:22px;padding-right:22px}
    header{padding-top:22px}
    h1{font-size:1.5rem}
    h2{font-size:1.2rem}
    .two .wide{display:none}
    .picture .narrow{display:block}
    dl div{grid-template-columns:1fr}
    }
    @media print{
    body{font-size:10.5pt}
    nav,.skip,button{display:none!important}
    header,.page,footer{max-width:none;padding:0}
    .page{display:block}
    .picture .wide{display:block!important}
    .picture .narrow{display:none!important}
    figure,.callout,.copyable,tr,dl div{break-inside:avoid}
    h2,h3,caption{break-after:avoid}
    section{padding:14pt 0}
    .table{overflow:visible}
    th,td{white-space:normal}
    .callout{border:1px solid;border-left-width:5px}
    a{color:inherit;text-decoration:none}
    }

    """
}
