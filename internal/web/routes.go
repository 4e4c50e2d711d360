package web

import (
	"github.com/gofiber/fiber/v2"
)

// permission says who may use a route. There are no accounts yet, so everything
// served over the network is public, and raw answers leave only by the command line.
type permission string

const public permission = "public"

type route struct {
	method     string
	path       string
	permission permission
	handler    fiber.Handler
}

// routes is the whole surface. HEAD comes with GET.
func (s *Server) routes() []route {
	var table []route
	get := func(path string, h fiber.Handler) {
		table = append(table, route{fiber.MethodGet, path, public, h}, route{fiber.MethodHead, path, public, h})
	}
	post := func(path string, h fiber.Handler) {
		table = append(table, route{fiber.MethodPost, path, public, h})
	}
	get("/", s.home)
	get("/s/:survey", s.openForm)
	post("/s/:survey", s.postForm)
	post("/s/:survey/draft", s.postDraft)
	get("/d/:token", s.showDraft)
	get("/i", s.typeCode)
	post("/i", s.postCode)
	get("/i/:code", s.scanCode)
	get("/s/:survey/whole", s.whole)
	post("/s/:survey/whole", s.postWhole)
	get("/s/:survey/done", s.done)
	get("/s/:survey/images/:hash/:name", s.image)
	get("/s/:survey/qr.svg", s.qrSVG)
	get("/s/:survey/qr.png", s.qrPNG)
	get("/s/:survey/poster", s.poster)
	get("/s/:survey/posters", s.posters)
	get("/kiosk/:survey", s.kiosk)
	post("/kiosk/:survey", s.postKiosk)
	get("/kiosk/:survey/done", s.kioskDone)
	get("/embed/:survey", s.embed)
	post("/embed/:survey", s.postEmbed)
	get("/embed/:survey/done", s.embedDone)
	get("/embed.js", s.embedScript)
	get("/q/:survey", s.short)
	get("/q/:survey/:agency", s.short)
	get("/q/:survey/:agency/:counter", s.short)
	get("/r/:receipt", s.receipt)
	get("/results", s.results)
	get("/results/index/:index", s.indexResults) // before what a survey may be called
	get("/results/:survey", s.surveyResults)
	get("/results/:survey/method", s.surveyMethod)
	get("/docs", s.docs)
	get("/docs/methods/:name", s.docsMethod)
	get("/static/:name", s.asset)
	get("/sw.js", s.worker)
	get("/schema/survey.json", s.schema)

	get("/api/v1/surveys", s.apiSurveys)
	get("/api/v1/surveys/:survey", s.apiSurvey)
	post("/api/v1/surveys/:survey/responses", s.apiSubmit)
	get("/api/v1/surveys/:survey/scores", s.apiScores)
	get("/api/v1/surveys/:survey/codebook", s.apiCodebook)
	get("/api/v1/surveys/:survey/method", s.apiMethod)
	get("/api/v1/indices", s.apiIndices)
	get("/api/v1/indices/:index", s.apiIndex)
	get("/api/v1/agencies", s.apiAgencies)
	get("/api/v1/receipts/:receipt", s.apiReceipt)

	get("/healthz", s.health)
	get("/readyz", s.readiness)
	get("/metrics", s.metrics.handler)
	return table
}
