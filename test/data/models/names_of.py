"""Prints what the installed scikit-learn, or torch, defines that its models are made of: JSON, module → names.

The tables in src/core/scan/pickle are what this printed for the versions that they name. Not all that a module defines: making it must run nothing
of its arguments, so functions come in by their kind alone."""
import contextlib
import importlib
import inspect
import json
import pkgutil
import sys
import warnings

warnings.simplefilter("ignore")

# Modules whose classes are parts of estimators.
PARTS = """_loss._loss _loss.link _loss.loss calibration cluster._birch cluster._bisect_k_means compose._column_transformer
ensemble._hist_gradient_boosting.common ensemble._hist_gradient_boosting.grower ensemble._hist_gradient_boosting.histogram
ensemble._hist_gradient_boosting.predictor ensemble._hist_gradient_boosting.splitting gaussian_process.kernels
linear_model._sgd_fast metrics._dist_metrics metrics._scorer model_selection._split neighbors._ball_tree neighbors._kd_tree
neural_network._stochastic_optimizers tree._tree utils._bunch utils._random""".split()
# Modules whose public functions count: a score, of numbers. What is saved names them.
SCORES = """metrics._classification metrics._ranking metrics._regression feature_selection._mutual_info
feature_selection._univariate_selection""".split()


def modules_of(package):
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if ".tests" in info.name or "conftest" in info.name or "_mocking" in info.name:
            continue
        try:
            yield importlib.import_module(info.name)
        except Exception:
            continue  # it needs what is not installed


def table(package, is_part):
    found = {
        module.__name__: sorted(
            name for name, one in vars(module).items() if getattr(one, "__name__", None) == name and is_part(module, name, one)
        )
        for module in modules_of(package)
    }
    return {module: names for module, names in sorted(found.items()) if names}


def of_sklearn():
    import sklearn
    from sklearn.base import BaseEstimator

    def is_part(module, name, one):
        within = module.__name__.removeprefix("sklearn.")
        # What Cython writes for its own classes has no module.
        if name.startswith("__pyx_unpickle_") or name == "newObj":
            return within in PARTS
        if getattr(one, "__module__", None) != module.__name__ or name.endswith("Mixin"):
            return False
        # A `namedtuple` is a tuple: what it is made with is kept.
        if name == "_ImputerTriplet":
            return True
        if inspect.isclass(one):
            return issubclass(one, BaseEstimator) or within in PARTS
        return within in SCORES and not name.startswith("_")

    return table(sklearn, is_part)


def of_torch():
    import torch.nn

    return table(
        torch.nn.modules,
        lambda module, name, one: inspect.isclass(one) and issubclass(one, torch.nn.Module) and one.__module__ == module.__name__,
    )


with contextlib.redirect_stdout(sys.stderr):
    names = {"sklearn": of_sklearn, "torch": of_torch}[sys.argv[1]]()
print(json.dumps(names))
