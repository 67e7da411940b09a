/** The language of the pages: Chinese unless the person chose English. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { en } from "./en";
import type { Language } from "./format";
import { zh, type Text } from "./zh";

const TEXTS: Record<Language, Text> = { zh, en };
const STORED = "lingting.language";

interface Chosen {
  language: Language;
  text: Text;
  choose(language: Language): void;
}

const Context = createContext<Chosen | undefined>(undefined);

export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(stored);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const chosen = useMemo<Chosen>(
    () => ({
      language,
      text: TEXTS[language],
      choose: (next) => {
        localStorage.setItem(STORED, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <Context.Provider value={chosen}>{children}</Context.Provider>;
}

export function useLanguage(): Chosen {
  const chosen = useContext(Context);
  if (!chosen) throw new Error("useLanguage is used outside TextProvider");
  return chosen;
}

export function useText(): Text {
  return useLanguage().text;
}

function stored(): Language {
  return localStorage.getItem(STORED) === "en" ? "en" : "zh";
}
