// The stand-in for the tracking service: which metrics of a campaign are followed, to which goals.
#include "actors/stand_ins/service.hpp"
#include "actors/stand_ins/writing.hpp"

namespace sagas {
namespace {

act_answer begin_tracking(const act_request& what) {
  const std::string id = made_id("trk", what);
  const std::string_view metrics = value_of(what, {"metricas_objetivo"});
  object_writer output;
  output.text("tracking_id", id).raw("metricas_configuradas", metrics);
  output.raw("metas_establecidas", value_of(what, {"metas_numericas"}));
  object_writer effect;
  effect.text("tracking_id", id).raw("campania_id", value_of(what, {"campania_id"}));
  effect.raw("metricas", metrics);
  return {.output = std::move(output).finish(), .effect = std::move(effect).finish()};
}

class tracking final : public stand_in_service {
public:
  std::string_view name() const override { return "tracking"; }
  act_answer act(const act_request& what) const override {
    return what.step == "inicializar_tracking_conversiones" ? begin_tracking(what)
                                                            : act_as_told(what);
  }
};

} // namespace

std::unique_ptr<stand_in_service> make_tracking() { return std::make_unique<tracking>(); }

} // namespace sagas
