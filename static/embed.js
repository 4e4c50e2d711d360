// The widget for pages of other sites:
//   <script src="https://SITE/embed.js" async></script>
//   <hai-long survey="page-rating" agency="x07210" lang="vi"></hai-long>
// It puts a frame there, titles it, and keeps it as high as what it shows. What
// stands between the tags is shown where scripts don't run. The frame asks no
// cookie, and this script reads nothing of the page but its address without what
// follows ? or #, which goes into surveys that keep it.
(() => {
  const script = document.currentScript || document.querySelector('script[src$="/embed.js"]');
  const site = new URL(script ? script.src : ".", location.href).origin;
  const titles = { vi: "Đánh giá trang này", en: "Rate this page" };

  class HaiLong extends HTMLElement {
    static get observedAttributes() { return ["survey", "agency", "lang", "service", "wave", "theme", "page"]; }

    connectedCallback() {
      this.hear = (event) => this.take(event);
      addEventListener("message", this.hear);
      this.draw();
    }

    disconnectedCallback() { removeEventListener("message", this.hear); }

    attributeChangedCallback(name, before, now) { if (this.frame && before !== now) this.draw(); }

    draw() {
      const survey = this.getAttribute("survey");
      if (!survey) return;
      if (!this.frame) {
        this.frame = document.createElement("iframe");
        this.frame.loading = "lazy";
        this.frame.style.cssText = "display:block;width:100%;height:200px;border:0;color-scheme:normal";
        this.attachShadow({ mode: "open" }).append(this.frame);
        this.style.display = "block";
      }
      const near = this.closest("[lang]");
      const lang = near && near.lang.toLowerCase().startsWith("en") ? "en" : "vi";
      const address = new URL(`/embed/${encodeURIComponent(survey)}`, site);
      address.searchParams.set("lang", lang);
      address.searchParams.set("page", this.getAttribute("page") || location.origin + location.pathname);
      for (const name of ["agency", "service", "wave", "theme"]) {
        if (this.getAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
      }
      this.frame.title = this.getAttribute("title") || titles[lang];
      if (this.frame.src !== address.href) this.frame.src = address.href;
    }

    take(event) {
      if (event.origin !== site || !this.frame || event.source !== this.frame.contentWindow) return;
      const { hailong, height, done } = event.data || {};
      if (hailong !== 1) return;
      if (height > 0 && height < 4000) this.frame.style.height = `${height}px`;
      if (done) this.dispatchEvent(new CustomEvent("hailong-done", { bubbles: true }));
    }
  }

  if (!customElements.get("hai-long")) customElements.define("hai-long", HaiLong);
})();
