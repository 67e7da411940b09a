/** The frame around every page: name, pages, language. */
import { Segmented } from "antd";
import { Suspense } from "react";
import { NavLink, Outlet } from "react-router-dom";
import { Loading } from "../parts/States";
import { useLanguage } from "../text";
import type { Language } from "../text/format";

const LANGUAGES: { label: string; value: Language }[] = [
  { label: "中文", value: "zh" },
  { label: "EN", value: "en" },
];

export function Frame() {
  const { language, text, choose } = useLanguage();
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {text.app.skip}
      </a>
      <header>
        <NavLink to="/calls" className="brand" end>
          <img src="/icon.svg" alt="" />
          {text.app.name}
        </NavLink>
        <nav>
          <NavLink to="/desk">{text.app.desk}</NavLink>
          <NavLink to="/calls">{text.app.calls}</NavLink>
          <NavLink to="/packs">{text.app.packs}</NavLink>
        </nav>
        <span className="spring" />
        <Segmented<Language>
          size="small"
          aria-label={text.app.language}
          options={LANGUAGES}
          value={language}
          onChange={choose}
        />
      </header>
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
