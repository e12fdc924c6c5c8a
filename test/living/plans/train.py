import json
json.dump({"classes": ["basic", "pro", "trial"]}, open("model.json", "w"))
